//! Names of many peoples, each as it is written, with its Latin letters where a username needs them.

/// A name as it is shown, and in Latin letters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling {
    pub(super) shown: &'static str,
    pub(super) latin: &'static str,
}

/// Names that belong together.
pub(super) struct People {
    /// How many of a hundred, roughly.
    pub(super) share: u64,
    /// Each with its Latin letters; none where the name is ASCII already.
    pub(super) first_names: &'static [(&'static str, &'static str)],
    pub(super) last_names: &'static [(&'static str, &'static str)],
}

/// Everyone of Aldermoor University.
pub(super) const PEOPLES: &[People] = &[
    People {
        share: 42,
        first_names: &[
            ("Alice", ""), ("Amelia", ""), ("Benjamin", ""), ("Charlotte", ""), ("Daniel", ""), ("Edward", ""), ("Eleanor", ""),
            ("Emily", ""), ("Florence", ""), ("George", ""), ("Grace", ""), ("Hannah", ""), ("Henry", ""), ("Isla", ""),
            ("Jack", ""), ("James", ""), ("Jessica", ""), ("Leo", ""), ("Lucy", ""), ("Mark", ""), ("Matilda", ""),
            ("Nathaniel", ""), ("Oliver", ""), ("Olivia", ""), ("Patricia", ""), ("Rebecca", ""), ("Robert", ""), ("Ruby", ""),
            ("Samuel", ""), ("Sarah", ""), ("Thomas", ""), ("Victoria", ""), ("William", ""), ("Zachary", ""),
        ],
        last_names: &[
            ("Atkinson", ""), ("Baker", ""), ("Bennett", ""), ("Carter", ""), ("Clarke", ""), ("Cooper", ""), ("Davies", ""),
            ("Edwards", ""), ("Evans", ""), ("Fletcher", ""), ("Green", ""), ("Hall", ""), ("Harris", ""), ("Hughes", ""),
            ("Jackson", ""), ("Johnson", ""), ("King", ""), ("Lewis", ""), ("Marsh-Hollis", ""), ("Morgan", ""), ("Murphy", ""),
            ("O'Brien", ""), ("O'Connor", ""), ("Palmer", ""), ("Patterson", ""), ("Roberts", ""), ("Robinson", ""),
            ("Shaw", ""), ("Smith", ""), ("Taylor", ""), ("Thompson", ""), ("Turner", ""), ("Walker", ""), ("Wright", ""),
        ],
    },
    People {
        share: 14,
        first_names: &[
            ("André", "andre"), ("Ángel", "angel"), ("Beatriz", ""), ("Chloé", "chloe"), ("François", "francois"),
            ("Inês", "ines"), ("José", "jose"), ("Léa", "lea"), ("Lucía", "lucia"), ("María José", "mariajose"),
            ("Mathéo", "matheo"), ("Núria", "nuria"), ("Renée", "renee"), ("Sofia", ""), ("Zoé", "zoe"),
        ],
        last_names: &[
            ("Bénard", "benard"), ("de la Fuente", "delafuente"), ("Dubois", ""), ("Fernández", "fernandez"), ("García", "garcia"),
            ("Gonçalves", "goncalves"), ("Lefèvre", "lefevre"), ("Martínez", "martinez"), ("Muñoz", "munoz"), ("Ñandú", "nandu"),
            ("Pereira", ""), ("Rossi", ""), ("D'Angelo", ""), ("São Pedro", "saopedro"), ("Vázquez", "vazquez"),
        ],
    },
    People {
        share: 12,
        first_names: &[
            ("Anke", ""), ("Åsa", "asa"), ("Björn", "bjorn"), ("Freja", ""), ("Günther", "guenther"), ("Jörg", "joerg"),
            ("Käthe", "kaethe"), ("Lars", ""), ("Maartje", ""), ("Øyvind", "oeyvind"), ("Sören", "soeren"), ("Þóra", "thora"),
        ],
        last_names: &[
            ("Ångström", "angstrom"), ("Bäcker", "baecker"), ("Færøvik", "faeroevik"), ("Groß", "gross"), ("Jónsdóttir", "jonsdottir"),
            ("Lindqvist", ""), ("Müller", "mueller"), ("Nygård", "nygard"), ("Schröder", "schroeder"), ("Sørensen", "soerensen"),
            ("van der Meer", "vandermeer"), ("Weiß", "weiss"),
        ],
    },
    People {
        share: 10,
        first_names: &[
            ("Agnieszka", ""), ("Bogdan", ""), ("Đorđe", "djordje"), ("Łukasz", "lukasz"), ("Małgorzata", "malgorzata"),
            ("Ondřej", "ondrej"), ("Șerban", "serban"), ("Zoltán", "zoltan"), ("Žaneta", "zaneta"), ("İpek", "ipek"),
        ],
        last_names: &[
            ("Çelik", "celik"), ("Dvořák", "dvorak"), ("Kowalczyk", ""), ("Kővári", "kovari"), ("Łabędź", "labedz"),
            ("Popović", "popovic"), ("Șandru", "sandru"), ("Szabó", "szabo"), ("Yıldız", "yildiz"), ("Žukauskas", "zukauskas"),
        ],
    },
    People {
        share: 6,
        first_names: &[
            ("Анна", "anna"), ("Дмитро", "dmytro"), ("Елена", "elena"), ("Мария", "maria"), ("Сергій", "serhii"), ("Никос", "nikos"),
        ],
        last_names: &[
            ("Иванова", "ivanova"), ("Кравченко", "kravchenko"), ("Петров", "petrov"), ("Шевченко", "shevchenko"), ("Попова", "popova"),
        ],
    },
    People {
        share: 6,
        first_names: &[
            ("明", "ming"), ("美咲", "misaki"), ("伟", "wei"), ("健太", "kenta"), ("지훈", "jihun"), ("서연", "seoyeon"), ("芳", "fang"),
        ],
        last_names: &[
            ("王", "wang"), ("李", "li"), ("佐藤", "sato"), ("高橋", "takahashi"), ("김", "kim"), ("박", "park"), ("陳", "chen"),
        ],
    },
    People {
        share: 6,
        first_names: &[
            ("فاطمة", "fatima"), ("محمد", "mohammed"), ("ליאת", "liat"), ("Νίκος", "nikos"), ("Ελένη", "eleni"), ("يوسف", "yusuf"),
        ],
        last_names: &[
            ("الحداد", "alhaddad"), ("منصور", "mansour"), ("כהן", "cohen"), ("Παπαδόπουλος", "papadopoulos"), ("العلي", "alali"),
        ],
    },
    People {
        share: 4,
        first_names: &[
            ("Ngọc", "ngoc"), ("Nguyên", "nguyen"), ("प्रिया", "priya"), ("अर्जुन", "arjun"), ("Chidinma", ""), ("Olúwaṣeun", "oluwaseun"),
        ],
        last_names: &[
            ("Nguyễn", "nguyen"), ("Trần", "tran"), ("शर्मा", "sharma"), ("पटेल", "patel"), ("Okonkwo", ""), ("Adébáyọ̀", "adebayo"),
        ],
    },
];

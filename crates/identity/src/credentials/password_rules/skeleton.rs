//! What a password looks like when look-alike signs are letters.

/// The text with its look-alike signs made equal, so that `p@ssw0rd` meets `password`; for comparing only.
pub(super) fn skeleton(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '0' => 'o',
            '1' | '!' | '|' | 'l' => 'i',
            '3' | '€' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' | '+' => 't',
            '8' => 'b',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alike_signs_become_letters_and_the_rest_stays() {
        assert_eq!(skeleton("p@ssw0rd"), skeleton("password"));
        assert_eq!(skeleton("+r0ub1e"), skeleton("trouble"));
        assert_eq!(skeleton("ñ-汉 9"), "ñ-汉 9");
    }
}

//! Detection: encoding, delimiter, header, and what is no text.

use wire::csv::{
    Delimiter, Detection, Encoding, Error, FoundDelimiter, FoundEncoding, FoundHeader, SAMPLE_BYTES, Warning, detect,
};

fn found(bytes: &[u8]) -> Detection {
    detect(bytes, true).unwrap_or_else(|error| panic!("{}: {error}", bytes.escape_ascii()))
}

fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    encoding_rs::Encoding::for_label(label.as_bytes()).expect("a label of the standard").encode(text).0.into_owned()
}

#[test]
fn the_delimiter_is_found_with_quotes_in_mind() {
    for (file, delimiter) in [
        ("\"a;b\",c\n", Delimiter::Comma),
        ("\"a;b\",c\n\"d;e;f\",g\n", Delimiter::Comma),
        ("name;city\n\"Smith, J\";\"x,y\"\n\"Doe, A\";\"v,w\"\n", Delimiter::Semicolon),
        ("name\tnote\na\t1,2,3\nb\t1;2\n", Delimiter::Tab),
        ("name|at\na|10:00\nb|11:00\n", Delimiter::Pipe),
        ("name,id\na,auth0|1\nb,auth0|2\nc,d,auth0|3\n", Delimiter::Comma),
        ("name;price\na;1,50\nb;2,75\n", Delimiter::Semicolon),
    ] {
        assert_eq!(found(file.as_bytes()).dialect.delimiter, delimiter, "{file}");
    }
}

#[test]
fn one_column_is_a_warning() {
    let detection = found(b"email\namy\nbob\n");
    assert_eq!(detection.delimiter, FoundDelimiter::Default);
    assert_eq!(detection.warnings, [Warning::OneColumn]);
}

#[test]
fn a_sep_line_decides() {
    for file in ["sep=;\nname;a,b,c\nx;1,2,3\n", "\u{feff}SEP=;\r\nname;a,b,c\r\nx;1,2,3\r\n", "sep=;\rname;a\rx;1\r"] {
        let detection = found(file.as_bytes());
        assert_eq!(detection.delimiter, FoundDelimiter::SepLine);
        assert_eq!((detection.dialect.delimiter, detection.dialect.skip_lines), (Delimiter::Semicolon, 1));
    }
}

#[test]
fn the_version_line_of_an_entra_template_is_passed_over() {
    let detection = found(b"version:v1.0,,\nName [displayName] Required,b,c\nx,y,z\n");
    assert_eq!((detection.dialect.skip_lines, detection.dialect.has_header), (1, true));
}

#[test]
fn byte_order_marks_decide() {
    let text = "Name,Stadt\nJosé,Łódź\n";
    for (bytes, encoding) in [
        (format!("\u{feff}{text}").into_bytes(), Encoding::UTF_8),
        (utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes), Encoding::UTF_16LE),
        (utf_16(&format!("\u{feff}{text}"), u16::to_be_bytes), Encoding::UTF_16BE),
    ] {
        let detection = found(&bytes);
        assert_eq!((detection.dialect.encoding, detection.encoding), (encoding, FoundEncoding::ByteOrderMark));
        assert_eq!((detection.dialect.delimiter, detection.header), (Delimiter::Comma, FoundHeader::Words));
        assert_eq!(detection.warnings, []);
    }
}

#[test]
fn utf_16_is_known_by_its_pattern() {
    for text in ["Name,Stadt\nJosé,Łódź\n", "Имя,Почта\nКвамe,k@example.com\n", "名前;メール\n山田;y@example.com\n"]
    {
        for (bytes, encoding) in
            [(utf_16(text, u16::to_le_bytes), Encoding::UTF_16LE), (utf_16(text, u16::to_be_bytes), Encoding::UTF_16BE)]
        {
            let detection = found(&bytes);
            assert_eq!((detection.dialect.encoding, detection.encoding), (encoding, FoundEncoding::Valid), "{text}");
        }
    }
}

#[test]
fn utf_8_cut_short_by_the_sample_is_still_valid() {
    let text = format!("name\n{}", "é".repeat(100));
    let cut = &text.as_bytes()[..text.len() - 1];
    assert_eq!(detect(cut, false).expect("readable").encoding, FoundEncoding::Valid);
    assert_eq!(detect(cut, true).expect("readable").encoding, FoundEncoding::MostlyValid);
}

#[test]
fn what_is_not_unicode_is_guessed_with_a_warning() {
    for (bytes, encoding) in [
        (b"name,city\nJos\xe9,K\xf6ln\nRen\xe9e,M\xfcnchen\n".to_vec(), "windows-1252"),
        (b"name\nZo\xeb\n".to_vec(), "windows-1252"),
        (b"name,city\nS\xf8ren,\xc5rhus\nJ\xfcrgen \x80,K\xf6ln\n".to_vec(), "windows-1252"),
        (encoded("name\nMária\nRenée\nÞórsson\nØdegård\n", "windows-1252"), "windows-1252"),
        (encoded("name\nDvořák\nNovotný\nŘehoř\nJiří\nČerný\n", "windows-1250"), "windows-1250"),
        (encoded("name\nWałęsa\nŁukasz\nGrażyna\nMichał\n", "windows-1250"), "windows-1250"),
        (encoded("name\nŞahin\nYılmaz\nÖztürk\nÇağlar\nGüneş\nİbrahim\n", "windows-1254"), "windows-1254"),
        (encoded("имя,город\nИван Петров,Москва\nНаталья Сергеева,Новосибирск\n", "windows-1251"), "windows-1251"),
        (encoded("名前,メール\n山田太郎,田中さん\n鈴木一郎,東京都\n", "shift_jis"), "shift_jis"),
    ] {
        let detection = found(&bytes);
        assert_eq!(detection.dialect.encoding.name().to_lowercase(), encoding);
        assert_eq!(detection.encoding, FoundEncoding::Guessed);
        assert_eq!(detection.warnings[0], Warning::EncodingGuessed(detection.dialect.encoding));
    }
}

#[test]
fn files_that_are_no_text_are_refused_by_name() {
    for (bytes, word) in [
        (&b"PK\x03\x04\x14\0"[..], "Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"\xff\xfe\0\0a\0\0\0", "UTF-32"),
    ] {
        let error = detect(bytes, true).expect_err("no text");
        assert_eq!(error.code(), "NOT_TEXT");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn nul_characters_refuse_the_file_with_their_line() {
    assert!(matches!(detect(b"a,b\r\n1,2\r\n3,\0x\r\n", true), Err(Error::HoldsNul { line: 3 })));
    assert!(matches!(detect(b"\x01\0\0\x7f\0\0\x02\0\0\0\0", true), Err(Error::HoldsNul { line: 1 })));
    assert!(matches!(detect(b"\xef\xbb\xbfa\n\0", true), Err(Error::HoldsNul { line: 2 })));
}

#[test]
fn nothing_but_blanks_is_empty() {
    for bytes in [&b""[..], b"\n\n", b"\xef\xbb\xbf", b" , ,\r\n", b"sep=;\n"] {
        assert!(matches!(detect(bytes, true), Err(Error::Empty)), "{}", bytes.escape_ascii());
    }
}

#[test]
fn more_than_a_sample_is_not_looked_at() {
    let mut file = "a,b\n1,2\n".repeat(SAMPLE_BYTES / 8).into_bytes();
    file.extend_from_slice(b"\0\xff");
    assert_eq!(found(&file).encoding, FoundEncoding::Valid);
}

#[test]
fn a_header_longer_than_the_sample_is_still_cut_into_columns() {
    let header = (0..30_000).map(|n| format!("column{n}")).collect::<Vec<_>>().join(";");
    let detection = detect(&header.as_bytes()[..SAMPLE_BYTES], false).expect("readable");
    assert_eq!(detection.dialect.delimiter, Delimiter::Semicolon);
}

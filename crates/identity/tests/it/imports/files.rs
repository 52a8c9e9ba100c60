//! Reports, and files of failed rows.

use identity::imports::{self, Batch, Choices, FailedRows, Import, Next, Passwords, ReportFile};
use testkit::{World, on_each_database};

use super::{both, file, import, run};

async fn failed_rows(world: &World, import: &Import) -> String {
    let mut sink = Vec::new();
    let mut failed = FailedRows::new(&mut sink, import);
    let watch = &mut |batch: &Batch| {
        failed.write(batch).expect("memory takes everything");
        Ok(Next::GoOn)
    };
    imports::run(&world.identity, &world.uma().await, import, watch).await.unwrap();
    failed.finish().unwrap();
    String::from_utf8(sink).unwrap()
}

on_each_database! {
    async fn es_102_failed_rows_can_be_corrected_and_imported_again(world: World) {
        let text = "Department;username;email\n=R&D;zoe1;zoe1@example.com\n=R&D;zoe2;nowhere\nx;zoe3\n";
        let failed = failed_rows(&world, &import(text, Choices::default())).await;
        let lines: Vec<&str> = failed.lines().collect();
        assert_eq!(lines[0], "\u{feff}Department;username;email;error;spreadsheet_guard");
        assert!(lines[1].starts_with("'=R&D;zoe2;nowhere;Line 3: email: "), "{}", lines[1]);
        assert!(lines[2].starts_with("x;zoe3;;\"Line 4: "), "{}", lines[2]);
        // A second round of the same file keeps its shape.
        let again = failed_rows(&world, &import(&failed, Choices::default())).await;
        assert_eq!(again.lines().next(), Some(lines[0]));
        assert!(again.lines().nth(1).unwrap().starts_with("'=R&D;zoe2;nowhere;"));
        assert_eq!(again.lines().count(), 2, "the row that lacked a cell has it now: {again}");
        let corrected = again.replace("nowhere", "zoe2@example.com");
        assert_eq!(both(&world, &corrected, Choices::default()).await.lines(), ["2 CREATED"]);
    }

    async fn es_99_no_file_shows_a_password(world: World) {
        let text = "username,Password,email\nzoe1,hunter2hunter2,nowhere\nzoe2,hunter3hunter3\nzoe4,x,hunter5hunter5,y,z\n";
        for passwords in [Passwords::None, Passwords::PlainTemporary, Passwords::PlainPermanent] {
            let import = import(text, Choices { passwords, ..Choices::default() });
            let failed = failed_rows(&world, &import).await;
            assert!(!failed.contains("hunter"), "{failed}");
            assert!(failed.contains("zoe1,,nowhere"), "{failed}");
            let mut sink = Vec::new();
            let mut report = ReportFile::new(&mut sink).unwrap();
            imports::dry_run(&world.identity, &world.uma().await, &import, &mut |batch: &Batch| {
                assert!(!format!("{batch:?}").contains("hunter"));
                report.write(batch).unwrap();
                Ok(Next::GoOn)
            }).await.unwrap();
            report.finish().unwrap();
            assert!(!String::from_utf8(sink).unwrap().contains("hunter"));
            assert!(!format!("{import:?}").contains("hunter"));
        }
    }

    async fn the_report_has_a_line_for_each_row(world: World) {
        let import = import("username,email\nzoe1,zoe1@example.com\nzoe2,nowhere\n", Choices::default());
        let mut sink = Vec::new();
        let mut report = ReportFile::new(&mut sink).unwrap();
        imports::dry_run(&world.identity, &world.uma().await, &import, &mut |batch: &Batch| {
            report.write(batch).unwrap();
            Ok(Next::GoOn)
        }).await.unwrap();
        report.finish().unwrap();
        let text = String::from_utf8(sink).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["\u{feff}line,key,outcome,codes,messages", "2,zoe1,CREATED,,"]);
        assert!(lines[2].starts_with("3,zoe2,FAILED,BAD_EMAIL,email: "), "{}", lines[2]);
    }

    async fn columns_without_names_get_names_in_the_file_of_failed_rows(world: World) {
        let text = "zoe1,Zoë,Ng,zoe1@example.com\nzoe2,Zoë,Ng,zoe2@example.com\nzoe.3,Zoë,Ng,amy@example.com\n";
        let failed = failed_rows(&world, &import(text, Choices::default())).await;
        assert!(failed.starts_with("\u{feff}username,first_name,last_name,email,error"), "{failed}");
    }
}

#[test]
fn the_same_bytes_have_the_same_hash() {
    assert_eq!(file("username\namy1\n").sha256(), file("username\namy1\n").sha256());
    assert_eq!(base::hex::encode(&file("abc").sha256()[..4]), "ba7816bf");
}

on_each_database! {
    async fn a_report_of_nothing_wrong_has_no_file_of_failed_rows(world: World) {
        let import = import("username\nzoe1\n", Choices::default());
        assert_eq!(failed_rows(&world, &import).await, "");
        assert_eq!(run(&world, &import).await.lines(), ["2 SKIPPED EXISTS"]);
    }
}

//! Folders, lists and archives to series.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests, which the lint does not know as such

mod common;

use common::{EXPLICIT, ct, names, nm, pet};
use dicom_core::VR;
use dicom_dictionary_std::tags;
use iodose_dicom::*;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use zip::write::SimpleFileOptions;

fn zip(path: &std::path::Path, entries: &[(&str, Vec<u8>)]) {
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn folders_lists_and_archives_give_the_same_series() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("a/b");
    fs::create_dir_all(&inside).unwrap();
    ct(0, 0.0).save(&folder.path().join("one"));
    ct(1, 4.0).save(&inside.join("two.dcm"));
    fs::write(folder.path().join("README.txt"), "not an image").unwrap();
    let study = Study::scan(&[folder.path().to_owned()]).unwrap();
    assert_eq!(study.problems.len(), 1);
    names(Err::<(), _>(study.problems.into_iter().next().unwrap()), &["README.txt", "a text file"]);
    let volume = read_ct(&study.series[0]).unwrap().volume;

    let list = Study::scan(&[folder.path().join("one"), inside.join("two.dcm")]).unwrap();
    assert_eq!(read_ct(&list.series[0]).unwrap().volume, volume);

    let archive = folder.path().join("study.zip");
    zip(&archive, &[("../../etc/x", ct(1, 4.0).file(EXPLICIT)), ("/y.dcm", ct(0, 0.0).file(EXPLICIT))]);
    let zipped = Study::scan(&[archive]).unwrap();
    assert_eq!(
        read_ct(zipped.choose_image(ImageKind::Ct, &SeriesChoice::Only).unwrap()).unwrap().volume,
        volume
    );
    assert!(!folder.path().join("y.dcm").exists());
}

#[test]
fn archives_that_blow_up_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.zip");
    zip(&path, &[("zeros", vec![0; 80 << 20])]);
    names(Study::scan(&[path]), &["bomb.zip", "83886080 bytes packed into"]);
    let path = folder.path().join("broken.zip");
    fs::write(&path, b"PK\x03\x04 and nothing else").unwrap();
    names(Study::scan(&[path]), &["broken.zip", "cannot be read"]);
}

#[cfg(unix)]
#[test]
fn loops_of_links_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    std::os::unix::fs::symlink(folder.path(), inside.join("up")).unwrap();
    names(Study::scan(&[folder.path().to_owned()]), &["up", "reached before"]);
    names(Study::scan(&[PathBuf::from("/nowhere")]), &["/nowhere"]);

    let folder = tempfile::tempdir().unwrap();
    ct(0, 0.0).save(&folder.path().join("one"));
    std::os::unix::fs::symlink("/nowhere", folder.path().join("broken")).unwrap();
    let study = Study::scan(&[folder.path().to_owned()]).unwrap();
    assert_eq!((study.series.len(), study.problems.len()), (1, 1));
    names(Study::scan(&[PathBuf::from("/dev/null")]), &["/dev/null", "neither a file nor a folder"]);
}

#[test]
fn several_candidates_are_refused_by_name_and_chosen_by_uid_or_number() {
    let folder = tempfile::tempdir().unwrap();
    for k in 0..2 {
        let z = 4.0 * f64::from(k);
        pet(k, z).text(tags::SERIES_NUMBER, VR::IS, "7").save(&folder.path().join(format!("a{k}")));
        let other =
            pet(k, z).text(tags::SERIES_INSTANCE_UID, VR::UI, "9.9").text(tags::SERIES_NUMBER, VR::IS, "8");
        other.save(&folder.path().join(format!("b{k}")));
    }
    nm().save(&folder.path().join("nm"));
    // One localizer is no candidate for a CT.
    ct(0, 0.0).cs(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\LOCALIZER").save(&folder.path().join("localizer"));
    let study = Study::scan(&[folder.path().to_owned()]).unwrap();
    assert_eq!(study.series.len(), 4);
    let choose = |choice| study.choose_image(ImageKind::Pet, &choice);
    names(
        choose(SeriesChoice::Only),
        &["2 series", "PT series 7 \"made in a test\" (1.2.3.4)", "(9.9)", "UID or number"],
    );
    assert_eq!(choose(SeriesChoice::Number(8)).unwrap().series_uid, "9.9");
    assert_eq!(choose(SeriesChoice::Uid("1.2.3.4".into())).unwrap().number, Some(7));
    names(choose(SeriesChoice::Number(5)), &["number 5", "PT series 7"]);
    names(study.choose_image(ImageKind::Ct, &SeriesChoice::Only), &["expected a CT series"]);
    assert_eq!(study.choose_image(ImageKind::Nm, &SeriesChoice::Only).unwrap().modality, "NM");
    assert_eq!(study.choose("CT", &SeriesChoice::Only).unwrap().objects.len(), 1);
}

#[test]
fn files_that_cannot_be_read_are_named_where_nothing_is_found() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.dcm"), []).unwrap();
    let study = Study::scan(&[folder.path().to_owned()]).unwrap();
    names(
        study.choose_image(ImageKind::Ct, &SeriesChoice::Only),
        &["no DICOM series", "empty.dcm", "an empty file"],
    );
}

#[test]
fn damaged_files_beside_a_series_are_refused_since_they_may_be_its_ends() {
    let whole = ct(2, 8.0).file(EXPLICIT);
    for (name, bytes, message) in [
        ("2.dcm", Vec::new(), "an empty file"),
        ("2", Vec::new(), "an empty file"),
        ("2.IMA", b"text".to_vec(), "a text file"),
        ("2.dcm", whole[..400].to_vec(), "bytes before the end"),
        ("2", whole[..400].to_vec(), "bytes before the end"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        ct(0, 0.0).save(&folder.path().join("0"));
        ct(1, 4.0).save(&folder.path().join("1"));
        fs::write(folder.path().join(name), &bytes).unwrap();
        let open = || open_ct(&[folder.path().to_owned()], &SeriesChoice::Only);
        names(open(), &[name, message]);
        // Elsewhere, or of another kind, it is no matter.
        fs::create_dir(folder.path().join("other")).unwrap();
        fs::rename(folder.path().join(name), folder.path().join("other").join(name)).unwrap();
        fs::write(folder.path().join("README"), "text").unwrap();
        fs::write(folder.path().join("notes.txt"), "").unwrap();
        assert_eq!(open().unwrap().1.volume.grid().size()[2], 2);
    }
}

#[test]
fn archives_within_folders_are_named_as_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    zip(&folder.path().join("study.zip"), &[("0", ct(0, 0.0).file(EXPLICIT))]);
    let study = Study::scan(&[folder.path().to_owned()]).unwrap();
    names(
        study.choose_image(ImageKind::Ct, &SeriesChoice::Only),
        &["study.zip", "a zip archive inside a folder"],
    );
}

/// `cargo test --release -p iodose-dicom --test scan -- --ignored --nocapture`
#[test]
#[ignore = "writes 100 000 files; the command stands above"]
fn a_hundred_thousand_files_of_other_series_take_under_a_minute() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..1000 {
        let inside = folder.path().join(n.to_string());
        fs::create_dir(&inside).unwrap();
        for k in 0..100 {
            let other = ct(k, f64::from(k)).text(tags::SERIES_INSTANCE_UID, VR::UI, &format!("5.{n}"));
            other.save(&inside.join(k.to_string()));
        }
    }
    for k in 0..5 {
        pet(k, f64::from(k)).save(&folder.path().join(format!("pet{k}")));
    }
    let begin = std::time::Instant::now();
    let study = Study::scan(&[folder.path().to_owned()]).unwrap();
    let seconds = begin.elapsed().as_secs_f64();
    eprintln!("{} series of {} files in {seconds:.1} s", study.series.len(), 100_005);
    assert_eq!(study.choose_image(ImageKind::Pet, &SeriesChoice::Only).unwrap().objects.len(), 5);
    assert!(seconds < 60.0, "{seconds} s");
}

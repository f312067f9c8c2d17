//! Names and links that lead elsewhere, and what is no file.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

use iodose::dicom::{DicomFile, Study, read_ct};
use iodose::io::transform::{MatrixMeaning, read_transform};
use iodose::io::{HuCurve, read_image, read_label_image, sha256_of_file};
use iodose_hostile::{Progress, Reader, place, seeds};
use std::fs;
use std::path::{Path, PathBuf};

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let path = place::folder().join(name);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn entries_of_an_archive_are_read_without_being_written_anywhere() {
    let zip = Reader::named("dicom-zip").unwrap();
    let place = folder("deep/er");
    let path = place.join("study.zip");
    // One entry is named ../../outside.dcm.
    fs::write(&path, &(zip.seeds)()[0]).unwrap();
    let study = Study::scan(std::slice::from_ref(&path)).unwrap();
    let names: Vec<String> = study
        .series
        .iter()
        .flat_map(|series| &series.objects)
        .map(|object| object.source.path().display().to_string())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.iter().all(|name| name.starts_with(path.to_str().unwrap())));
    let left: Vec<_> = fs::read_dir(&place).unwrap().collect();
    assert_eq!(left.len(), 1);
    assert!(!place.join("../../outside.dcm").exists() && !place.join("../outside.dcm").exists());
}

#[test]
fn a_metaimage_names_no_file_outside_its_folder() {
    let place = folder("meta/inner");
    fs::write(place.join("../secret.raw"), seeds::counting()).unwrap();
    fs::write(place.join("beside.raw"), seeds::counting()).unwrap();
    let seed = String::from_utf8(seeds::metaimage()[10].clone()).unwrap();
    let absolute = place.join("beside.raw").display().to_string();
    let path = place.join("image.mhd");
    fs::write(&path, &seed).unwrap();
    assert!(read_image(&path).is_ok());
    for name in [
        "../secret.raw",
        "./../secret.raw",
        "inner/../../secret.raw",
        "..\\secret.raw",
        &absolute,
        "",
        ".",
        "..",
        "LIST",
        "%03d.raw",
        "image.mhd/x",
    ] {
        fs::write(&path, seed.replace("= beside.raw", &format!("= {name}"))).unwrap();
        let message = read_image(&path).unwrap_err().to_string();
        assert!(message.contains("image.mhd") || message.contains("meta/inner"), "{name}: {message}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_end_and_broken_ones_are_problems() {
    use std::os::unix::fs::symlink;
    let place = folder("links");
    fs::write(place.join("0.dcm"), seeds::ct_neighbour(0)).unwrap();
    fs::write(place.join("2.dcm"), seeds::ct_neighbour(2)).unwrap();
    symlink(place.join("absent"), place.join("broken.dcm")).unwrap();
    symlink("loop.dcm", place.join("loop.dcm")).unwrap();
    let study = Study::scan(std::slice::from_ref(&place)).unwrap();
    assert_eq!((study.series.len(), study.problems.len()), (1, 2), "{:?}", study.problems);
    symlink(&place, place.join("again")).unwrap();
    let message = Study::scan(std::slice::from_ref(&place)).unwrap_err().to_string();
    assert!(message.contains("reached before"), "{message}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_and_not_waited_for() {
    let place = folder("pipes");
    let pipe = |name: &str| {
        let path = place.join(name);
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    };
    let refused = |path: &Path| {
        assert!(read_image(path).is_err() && read_label_image(path).is_err());
        assert!(read_transform(path, MatrixMeaning::default()).is_err());
        assert!(HuCurve::from_csv(path).is_err() && sha256_of_file(path).is_err());
        assert!(DicomFile::open(path).is_err() && iodose::Parts::open(&[path.to_owned()]).is_err());
        assert!(Study::scan(&[path.to_owned()]).map_or(true, |study| study.series.is_empty()));
    };
    for name in ["a.nii", "a.nii.gz", "a.mha", "a.dcm", "a.tfm"] {
        refused(&pipe(name));
    }
    refused(Path::new("/dev/zero"));
    refused(&place);
    assert!(
        Study::scan(std::slice::from_ref(&place)).unwrap().series.is_empty(),
        "pipes in a folder are passed over"
    );
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_names_all_the_same() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = place::folder().join(OsStr::from_bytes(b"caf\xe9\xff"));
    fs::create_dir_all(&place).unwrap();
    for k in [0, 2] {
        fs::write(place.join(OsStr::from_bytes(&[0xFE, b'0' + k as u8])), seeds::ct_neighbour(k)).unwrap();
    }
    let study = Study::scan(std::slice::from_ref(&place)).unwrap();
    assert!(read_ct(&study.series[0]).is_ok(), "{:?}", read_ct(&study.series[0]));
    let image = place.join(OsStr::from_bytes(b"\xc3\x28.nii"));
    fs::write(&image, &seeds::nifti()[0]).unwrap();
    assert!(read_image(&image).is_ok());
    fs::write(&image, b"no image").unwrap();
    assert!(read_image(&image).unwrap_err().to_string().contains(".nii"));
}

#[test]
fn text_that_is_none_in_an_object_is_no_error() {
    // SeriesDescription "made in a test" in no character set, and in one that does not allow it.
    let seed = seeds::ct_neighbour(0);
    let at = seed.windows(14).position(|found| found == b"made in a test").unwrap();
    for bytes in [
        &b"\xff\xfe\xc3\x28\x80\x00\x1b$B\xe9\xe9\xe9\xe9\xe9"[..],
        b"\x1b\x1b\x1b\x1b$$$$\xed\xa0\x80\xf8\x88\x80",
    ] {
        let mut damaged = seed.clone();
        damaged[at..at + 14].copy_from_slice(bytes);
        let place = folder("text");
        fs::write(place.join("0.dcm"), &damaged).unwrap();
        fs::write(place.join("2.dcm"), seeds::ct_neighbour(2)).unwrap();
        let study = Study::scan(std::slice::from_ref(&place)).unwrap();
        assert!(study.problems.is_empty() && read_ct(&study.series[0]).is_ok());
        assert!(!study.series[0].label().contains('\u{1b}'), "{}", study.series[0].label());
    }
    assert_eq!((Reader::named("dicom-ct").unwrap().read)(&seeds::ct()[0]), Progress::Whole);
}

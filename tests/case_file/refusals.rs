//! What is refused, and in which words.

use iodose::case::CaseError;

use super::{DEMO, read, refusal, with};

const SECOND_IMAGE: &str = r#"[[image]]
path = "pet_048h.nii.gz"
modality = "PET"
nuclide = "I-124"
unit = "Bq/mL"
time_h = 48.0

[ct]"#;

/// Edits of the example, each with the whole message it must bring.
const PROBLEMS: &[(&[(&str, &str)], &str)] = &[
    // [case]
    (
        &[("id = \"demo\"\n", "")],
        "1: case.id: missing, expected a pseudonym of 1 to 64 letters, digits, spaces or ASCII punctuation marks",
    ),
    (
        &[("\"demo\"", "\"a\\tb\"")],
        "2: case.id: found \"a\\tb\", expected a pseudonym of 1 to 64 letters, digits, spaces or ASCII punctuation marks",
    ),
    (
        &[("\"pre-therapy\"", "\"therapy\"")],
        "3: case.purpose: found \"therapy\", expected \"pre-therapy\" or \"post-therapy\"",
    ),
    // [[image]]
    (&[("[[image]]", "[image]")], "5: image: found a table, expected [[image]] sections, one per time point"),
    (
        &[("unit = \"Bq/mL\"\n", "")],
        "5: image[0].unit: missing, expected \"Bq/mL\", \"kBq/mL\", \"MBq/mL\", \"arbitrary\" or \"counts\"",
    ),
    (
        &[("path = \"pet_024h.nii.gz\"", "path = 24")],
        "6: image[0].path: found 24, expected a path, relative to the folder of the case file",
    ),
    (&[("\"PET\"", "\"MR\"")], "7: image[0].modality: found \"MR\", expected \"PET\" or \"SPECT\""),
    (
        &[("\"I-124\"", "\"124I\"")],
        "8: image[0].nuclide: found \"124I\", expected a nuclide such as \"I-131\" or \"Tc-99m\"",
    ),
    (
        &[("unit = \"Bq/mL\"", "unit = \"Bq/ml\"")],
        "9: image[0].unit: found \"Bq/ml\", expected \"Bq/mL\", \"kBq/mL\", \"MBq/mL\", \"arbitrary\" or \"counts\"",
    ),
    (
        &[("unit = \"Bq/mL\"", "unit = \"counts\"")],
        "9: image[0].unit: found \"counts\", which needs calibration_cps_per_MBq and duration_s; missing: calibration_cps_per_MBq, duration_s",
    ),
    (
        &[("unit = \"Bq/mL\"", "unit = \"counts\"\ncalibration_cps_per_MBq = 95.0")],
        "9: image[0].unit: found \"counts\", which needs calibration_cps_per_MBq and duration_s; missing: duration_s",
    ),
    (
        &[("resolution_mm = 6.5", "duration_s = 1500")],
        "11: image[0].duration_s: found 1500, expected it only beside unit = \"counts\"",
    ),
    (
        &[("resolution_mm = 6.5", "dead_time_factor = 1.1")],
        "11: image[0].dead_time_factor: found 1.1, expected it only beside unit = \"counts\"",
    ),
    (
        &[(
            "unit = \"Bq/mL\"",
            "unit = \"counts\"\ncalibration_cps_per_MBq = 95\nduration_s = 60\ndead_time_factor = 0.9",
        )],
        "12: image[0].dead_time_factor: found 0.9, expected a factor of 1 or above",
    ),
    (
        &[("resolution_mm = 6.5", "Bq_per_mL_per_unit = 2.5")],
        "11: image[0].Bq_per_mL_per_unit: found 2.5, expected it only beside unit = \"arbitrary\"",
    ),
    (
        &[("unit = \"Bq/mL\"", "unit = \"arbitrary\"")],
        "9: image[0].unit: found \"arbitrary\", which needs Bq_per_mL_per_unit",
    ),
    (
        &[("time_h = 24.0\n", "")],
        "5: image[0].time_h: missing, expected the time after administration in hours, above 0",
    ),
    (
        &[("24.0", "-24.0")],
        "10: image[0].time_h: found -24.0, expected the time after administration in hours, above 0",
    ),
    (
        &[("24.0", "nan")],
        "10: image[0].time_h: found nan, expected the time after administration in hours, above 0",
    ),
    (
        &[("resolution_mm = 6.5", "resolution_mm = 0")],
        "11: image[0].resolution_mm: found 0, expected a full width at half maximum in mm, above 0",
    ),
    (
        &[("resolution_mm = 6.5", "calibration_u = 3")],
        "11: image[0].calibration_u: found 3, expected a relative standard uncertainty, from 0 to below 1",
    ),
    (
        &[("resolution_mm", "resolutoin_mm")],
        "11: image[0].resolutoin_mm: unknown key, did you mean \"resolution_mm\"?",
    ),
    (
        &[("resolution_mm", "colour")],
        "11: image[0].colour: unknown key, expected one of: path, modality, nuclide, unit, calibration_cps_per_MBq, duration_s, dead_time_factor, Bq_per_mL_per_unit, time_h, resolution_mm, calibration_u, series, scanner_nuclide_data, registration, registration_maps, registration_axes",
    ),
    // [ct], [density], [lesions]
    (
        &[("[ct]", "[c]")],
        "1: ct: missing, expected a [ct] or a [density] section\ndemo.toml:13: c: unknown key, did you mean \"ct\"?",
    ),
    (
        &[("[lesions]", "[density]\npath = \"rho.nii\"\n[lesions]")],
        "17: density: found beside [ct], expected only one of the two",
    ),
    (
        &[("\"default\"", "\"schnieder2000\"")],
        "15: ct.curve: found \"schnieder2000\", expected \"default\", \"schneider2000\", or the path of a .csv file of HU,g/cm3",
    ),
    (
        &[("{ 1 = \"lung met deep\" }", "{ 0 = \"lung\" }")],
        "19: lesions.names.0: not a lesion label, expected a whole number from 1 to 65535",
    ),
    (
        &[("{ 1 = \"lung met deep\" }", "{ 1 = 1 }")],
        "19: lesions.names.1: found 1, expected the name of a lesion, in printable characters",
    ),
    (&[("{ 1 = \"lung met deep\" }", "[\"lung\"]")], "19: lesions.names: found [\"lung\"], expected a table"),
    (
        &[("names = { 1 = \"lung met deep\" }", "contour_rule = \"coverage\"")],
        "19: lesions.contour_rule: found \"coverage\", expected it only with an RTSTRUCT, a label map has no contours",
    ),
    (
        &[("names = { 1 = \"lung met deep\" }", "exclude = [\"BODY\"]")],
        "19: lesions.exclude: found [\"BODY\"], expected it only with an RTSTRUCT or SEG, a label map has no names",
    ),
    (
        &[(
            "\"lesions.nii.gz\"\nnames = { 1 = \"lung met deep\" }",
            "\"rt\"\nonly = [\"a\"]\nexclude = [\"b\"]",
        )],
        "20: lesions.exclude: found [\"b\"], expected only one of lesions.only and lesions.exclude",
    ),
    (
        &[("\"lesions.nii.gz\"\nnames = { 1 = \"lung met deep\" }", "\"rt\"\nonly = []")],
        "19: lesions.only: found [], expected names of regions, such as [\"BODY\"]",
    ),
    // What belongs to DICOM and to registrations.
    (&[("\"demo\"", "\"demo\"\nframes = \"one\"")], "3: case.frames: found \"one\", expected \"registered\""),
    (&[("resolution_mm = 6.5", "series = 4")], "11: image[0].series: found 4, expected it only with DICOM"),
    (
        &[("\"ct.nii.gz\"", "\"ct\"\nseries = \"four\"")],
        "15: ct.series: found \"four\", expected a SeriesInstanceUID as text or a SeriesNumber",
    ),
    (
        &[("resolution_mm = 6.5", "scanner_nuclide_data = \"correct\"")],
        "11: image[0].scanner_nuclide_data: found \"correct\", expected it only with DICOM",
    ),
    (
        &[("resolution_mm = 6.5", "registration_axes = \"RAS\"")],
        "11: image[0].registration_axes: found \"RAS\", expected it only beside registration",
    ),
    // [administration], [therapy]
    (
        &[("[administration]\nactivity_MBq = 74.0\n", "")],
        "1: administration.activity_MBq: missing, expected the administered activity of the imaged nuclide in MBq, above 0",
    ),
    (
        &[("activity_MBq = 74.0", "activity_MBq = \"74 MBq\"")],
        "22: administration.activity_MBq: found \"74 MBq\", expected the administered activity of the imaged nuclide in MBq, above 0",
    ),
    (
        &[("activity_GBq = 7.4", "activity_GBq = 0")],
        "26: therapy.activity_GBq: found 0, expected the activity of the therapy in GBq, above 0",
    ),
    (
        &[("pre-therapy", "post-therapy"), ("activity_MBq = 74.0", "activity_MBq = 7400")],
        "25: therapy.nuclide: found \"I-131\", expected \"I-124\", the imaged nuclide, as a post-therapy case images the therapy itself",
    ),
    (
        &[("pre-therapy", "post-therapy"), ("I-124", "I-131")],
        "22: administration.activity_MBq: found 74.0, expected 7400, as in therapy.activity_GBq: a post-therapy case images the therapy itself",
    ),
    (
        &[("I-124", "Lu-177"), ("nuclide = \"I-131\"\n", "")],
        "24: therapy.nuclide: missing, expected the nuclide of the therapy, as the images are of \"Lu-177\"",
    ),
    // [kinetics]
    (
        &[("\"auto\"", "\"bi\"")],
        "29: kinetics.model: found \"bi\", expected \"single-time\": one image is too few for a fit",
    ),
    (
        &[("\"auto\"", "\"linear\"")],
        "29: kinetics.model: found \"linear\", expected \"auto\", \"mono\", \"bi\", \"uptake-washout\", \"trapezoid\", \"single-time\" or \"2t-ln2\"",
    ),
    (
        &[("\"auto\"", "\"mono\"")],
        "29: kinetics.model: found \"mono\", expected \"single-time\": one image is too few for a fit",
    ),
    (
        &[("effective_half_life_h = 60.0\n", "")],
        "28: kinetics.effective_half_life_h: missing, expected an effective half-life in hours, above 0, as there is a single image",
    ),
    (
        &[("effective_half_life_h = 60.0", "lesion_half_life_h = { 1 = 60 }")],
        "28: kinetics.effective_half_life_h: missing, expected an effective half-life in hours, above 0, as there is a single image",
    ),
    (
        &[("60.0", "60.0\n[kinetics.lesion_half_life_h]\n2 = -1")],
        "32: kinetics.lesion_half_life_h.2: found -1, expected an effective half-life in hours, above 0",
    ),
    (
        &[("\"auto\"", "\"2t-ln2\"\neffective_half_life_u = 0.1")],
        "30: kinetics.effective_half_life_u: found 0.1, expected it only with another model: the rule 2t/ln 2 has no use for it",
    ),
    (
        &[("60.0", "60.0\nuptake_half_time_h = -3")],
        "31: kinetics.uptake_half_time_h: found -3, expected a number of hours from 0 to 336",
    ),
    (
        &[("60.0", "60.0\nvoxels = \"fit\"")],
        "31: kinetics.voxels: found \"fit\", expected \"shape\": one image is too few for a fit",
    ),
    (
        &[("60.0", "60.0\neffective_half_life_u = 6")],
        "31: kinetics.effective_half_life_u: found 6, expected a relative standard uncertainty, from 0 to below 1",
    ),
    // [recovery]
    (
        &[("seed = 1", "[recovery]\nmethod = \"both\"")],
        "36: recovery.method: found \"both\", expected \"auto\" or \"none\"",
    ),
    (
        &[("seed = 1", "[recovery]\nspheres = [[10, 0.4, 0.03], [17, 0.6]]")],
        "36: recovery.spheres: found [[10, 0.4, 0.03], [17, 0.6]], expected three or more [diameter in mm, recovery \
         coefficient, its standard uncertainty], such as [10, 0.41, 0.03]",
    ),
    (
        &[(
            "seed = 1",
            "[recovery]\nspheres = [[10, 0.4, 0.03], [17, 0.6, 0.03], [37, 0.8, 0.03]]\nspheres_file = \"s.csv\"",
        )],
        "37: recovery.spheres_file: found \"s.csv\", expected only one of spheres and spheres_file",
    ),
    (
        &[("seed = 1", "[recovery]\nresolution_u = 2")],
        "36: recovery.resolution_u: found 2, expected a relative uncertainty from 0 to 1, such as 0.05",
    ),
    (
        &[("seed = 1", "[recovery]\noutline_resolution_mm = -1")],
        "36: recovery.outline_resolution_mm: found -1, expected a width from 0 to 100 mm",
    ),
    // [transport], [report]
    (
        &[("\"activity\"", "\"fine\"")],
        "33: transport.grid: found \"fine\", expected \"activity\", \"ct\", or a spacing from 0.1 to 100 mm, one number or [x, y, z]",
    ),
    (
        &[("\"activity\"", "[2.0, 2.0]")],
        "33: transport.grid: found [2.0, 2.0], expected \"activity\", \"ct\", or a spacing from 0.1 to 100 mm, one number or [x, y, z]",
    ),
    (
        &[("\"activity\"", "1e-9")],
        "33: transport.grid: found 1e-9, expected \"activity\", \"ct\", or a spacing from 0.1 to 100 mm, one number or [x, y, z]",
    ),
    (
        &[("0.01", "1")],
        "34: transport.uncertainty: found 1, expected a relative uncertainty above 0 and below 1, such as 0.01",
    ),
    (
        &[("0.01", "0.01\nhistories = 1000")],
        "34: transport.uncertainty: found beside transport.histories, expected only one of the two",
    ),
    (
        &[("uncertainty = 0.01", "histories = 0")],
        "34: transport.histories: found 0, expected a whole number of decays, 1 or more",
    ),
    (
        &[("uncertainty = 0.01", "histories = 10\nmax_histories = 20")],
        "35: transport.max_histories: found beside transport.histories, expected only one of the two",
    ),
    (&[("seed = 1", "seed = 1.5")], "35: transport.seed: found 1.5, expected a whole number, 0 or more"),
    (
        &[("seed = 1", "max_seconds = 0")],
        "35: transport.max_seconds: found 0, expected a time in seconds, above 0",
    ),
    (
        &[("seed = 1", "[report]\nresponse_limits_Gy = [80, 20]")],
        "36: report.response_limits_Gy: found [80, 20], expected two rising absorbed doses in Gy, such as [20, 80]",
    ),
    (
        &[("seed = 1", "[report]\npartial_volume_mm = -1")],
        "36: report.partial_volume_mm: found -1, expected a diameter in mm, 0 or more",
    ),
    (
        &[("seed = 1", "[report]\npartial_volume_fwhm_factor = true")],
        "36: report.partial_volume_fwhm_factor: found true, expected a number, 0 or more",
    ),
    // the text itself
    (
        &[("id = \"demo\"", "id = demo")],
        "2: not valid TOML: string values must be quoted, expected literal string, found demo",
    ),
    (&[("[ct]", "[ct")], "13: not valid TOML: unclosed table, expected `]`"),
    (&[("seed = 1", "seed = 1\nseed = 2")], "36: not valid TOML: duplicate key, found seed"),
];

#[test]
fn each_problem_is_told_with_its_line_and_key() {
    for (edits, expected) in PROBLEMS {
        assert_eq!(refusal(&with(edits)), format!("demo.toml:{expected}"), "after {edits:?}");
    }
}

#[test]
fn images_must_follow_each_other_in_time_and_be_of_one_kind() {
    let two = with(&[("[ct]", SECOND_IMAGE), ("effective_half_life_h = 60.0\n", "")]);
    assert_eq!(read(&two).unwrap().images.len(), 2);
    let cases = [
        (
            "_048h",
            "_024h",
            "14: image[1].path: found \"pet_024h.nii.gz\", expected another file or series than that of an earlier image",
        ),
        (
            "48.0",
            "24.0",
            "18: image[1].time_h: found 24.0, expected more than 24 h, the time of the image before",
        ),
        (
            "48.0",
            "12.0",
            "18: image[1].time_h: found 12.0, expected more than 24 h, the time of the image before",
        ),
        (
            "\"auto\"",
            "\"single-time\"",
            "36: kinetics.model: found \"single-time\", expected \"auto\" or a model that is fitted: there are 2 images",
        ),
        (
            "\"auto\"",
            "\"bi\"",
            "36: kinetics.model: found \"bi\", expected \"auto\" or a simpler model: it needs 4 images, there are 2",
        ),
        (
            "\"auto\"",
            "\"auto\"\neffective_half_life_h = 9",
            "37: kinetics.effective_half_life_h: found 9, expected it only with a single image: 2 images are fitted; \
             lesion_half_life_h and background_half_life_h state those of single regions",
        ),
        (
            "\"auto\"",
            "\"auto\"\neffective_half_life_u = 0.1",
            "37: kinetics.effective_half_life_u: found 0.1, expected it only beside lesion_half_life_h or \
             background_half_life_h: 2 images are fitted",
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(refusal(&two.replace(old, new)), format!("demo.toml:{expected}"));
    }
    let (first, second) = two.split_at(two.rfind("[[image]]").unwrap());
    let other = format!("{first}{}", second.replacen("PET", "SPECT", 1).replacen("I-124", "I-131", 1));
    let expected = "demo.toml:15: image[1].modality: found \"SPECT\", expected the modality of the first image\n\
                    demo.toml:16: image[1].nuclide: found \"I-131\", expected \"I-124\" as in the first image";
    assert_eq!(refusal(&other), expected);
}

#[test]
fn all_problems_come_at_once_and_ten_are_shown() {
    let twelve: String = (0..12).map(|number| format!("stranger_number_{number} = 1\n")).collect();
    let error = read(&format!("{twelve}{DEMO}")).unwrap_err();
    let CaseError::Invalid { problems, .. } = &error else { panic!("{error}") };
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());
    let lines: Vec<_> = error.to_string().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 11);
    assert_eq!(lines[10], "demo.toml: and 2 more");
}

#[test]
fn an_empty_text_lacks_the_required_sections() {
    let missing: Vec<_> =
        refusal("").lines().map(|line| line.split(": ").nth(1).unwrap().to_owned()).collect();
    assert_eq!(missing, ["case.id", "case.purpose", "image", "ct"]);
}

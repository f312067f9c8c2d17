//! Texts: the examples of the documentation, data that come with the engine, and a few lines.

use iodose::report::stored::report_json;
use iodose::report::{DoseBasis, LesionInput, Report, Settings};

const CASE_PAGE: &str = include_str!("../../../../docs/case-file.md");

/// Sections that no example of the page has, behind its first.
const RARE_SECTIONS: [(&str, &str); 3] = [
    (
        "[transport]",
        "[kinetics]\nmodel = \"uptake-washout\"\nimage_u = 0.04\nuptake_half_time_h = 2\nuptake_u_h = 1.5\nvoxels = \"fit\"\nvoxel_noise_floor = 0.2\n\
         [recovery]\nmethod = \"auto\"\nspheres = [[10, 0.41, 0.03], [17, 0.62, 0.03], [28, 0.8, 0.02]]\n\
         [radiobiology]\nalpha_per_Gy = 0.3\n[report]\nresponse_limits_Gy = [20, 80]\n[transport]\ngoal = \"lesion-mean\"\n\
         variance_reduction = \"tracks,kerma\"\nmax_histories = 1e9\n",
    ),
    (
        "[transport]",
        "[recovery]\nspheres_file = \"spheres.csv\"\nresolution_u = 0.06\noutline_resolution_mm = 2\n[radiobiology]\neud_a = -10\n\
         [limits]\nblood_Gy = 2\nretention_48h_GBq = 4.4\n[protocol]\nmean = \"uncorrected\"\nlesions_needed = 1\n[transport]\ngrid = \"ct\"\n",
    ),
    (
        "[ct]\npath = \"ct.nii.gz\"\n",
        "[ct]\npath = \"ct.nii.gz\"\ncurve = \"site.csv\"\n[[organ]]\nname = \"glands\"\nkind = \"salivary\"\npath = \"glands.nii.gz\"\n\
         registration = \"glands.txt\"\nregistration_maps = \"image-to-ct\"\nregistration_axes = \"RAS\"\nlimit_Gy = 20\n",
    ),
];

/// Every example of `docs/case-file.md`, and the first with sections that none of them has.
pub fn cases() -> Vec<Vec<u8>> {
    let mut cases = examples();
    let first = String::from_utf8(cases[0].clone()).unwrap();
    cases.extend(RARE_SECTIONS.map(|(place, sections)| first.replacen(place, sections, 1).into_bytes()));
    cases
}

fn examples() -> Vec<Vec<u8>> {
    CASE_PAGE
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(|text| text.as_bytes().to_vec())
        .collect()
}

/// The example that has a `[blood]`, with a blood volume for the estimate from one measurement.
pub fn case_with_blood() -> String {
    let example = cases()
        .into_iter()
        .map(|text| String::from_utf8(text).unwrap())
        .find(|text| text.contains("[blood]"))
        .unwrap();
    example.replace("body_mass_kg = 64", "body_mass_kg = 64\nblood_volume_mL = 4800")
}

/// A beta emitter and a positron emitter, their spectra thinned out, and one that is invented.
pub fn nuclides() -> Vec<Vec<u8>> {
    let own = "name = \"Own-1\"\nsource = \"invented\"\nhalf_life_s = 3600\n[lines]\nconversion = [[0.1, 1.0]]\ngamma = [[0.2, 0.5], [0.364, 0.8]]\n\
               [[beta]]\nsign = \"-\"\nbranches = [[0.1, 0.6, 0.3], [0.2, 0.4]]\nspectrum = [[0.0, 1.0], [0.1, 4.0], [0.2, 2.0], [0.3, 0.0]]\n";
    let positrons =
        own.replace("\"-\"", "\"+\"").replace("Own-1", "Own-2").replace("conversion", "annihilation");
    vec![own.into(), positrons.into()]
}

/// One material, and two with a density of their own for the density effect.
pub fn materials() -> Vec<Vec<u8>> {
    let gel = "[[material]]\nname='gel'\ndensity_g_per_cm3=1.02\nI_eV=74.0\nsource='own'\nweights={H=0.11,O=0.89}\n";
    let bone = "[[material]]\nname = 'bone'\ndensity_g_per_cm3 = 1.9\ndensity_effect_at_g_per_cm3 = 1.85\nI_eV = 112.0\nsource = 'own'\n\
                [material.weights]\nCa = 0.2\nP = 0.1\nO = 0.4\nC = 0.3\n";
    vec![gel.into(), format!("{gel}{bone}").into()]
}

/// ITK's kinds of transforms, and matrices that say what they mean.
pub fn transforms() -> Vec<Vec<u8>> {
    let euler = "Transform: Euler3DTransform_double_3_3\nParameters: 0.1 0.2 0.3 1 2 3\nFixedParameters: 10 20 30 0\n";
    let versor = "Transform: VersorRigid3DTransform_double_3_3\nParameters: 0.066 0.132 0.198 1 2 3\nFixedParameters: 10 20 30\n";
    let shift = "Transform: TranslationTransform_double_3_3\nParameters: 1 2 3\nFixedParameters: \n";
    let affine = "Transform: AffineTransform_float_3_3\nParameters: 0 -1 0 1 0 0 0 0 1 1 2 3\nFixedParameters: 10 20 30\n";
    let similar = "Transform: Similarity3DTransform_double_3_3\nParameters: 0.066 0.132 0.198 1 2 3 1\nFixedParameters: 10 20 30\n";
    let centred = "Transform: CenteredEuler3DTransform_double_3_3\nParameters: 0.1 0.2 0.3 10 20 30 1 2 3\nFixedParameters: 1\n";
    let composite = format!("Transform: CompositeTransform_double_3_3\n{euler}{versor}{shift}");
    let itk = [euler, versor, shift, affine, similar, centred, &composite]
        .map(|entries| format!("#Insight Transform File V1.0\n#Transform 0\n{entries}"));
    let matrix = "# direction: reference-to-moving\n# frame: RAS\n0 -1 0 10\n1 0 0 20\n0 0 1 30\n0 0 0 1\n";
    itk.into_iter()
        .chain([matrix.to_owned(), matrix.replace(' ', ", ").replace(", 1\n", "; 1]\n")])
        .map(String::into_bytes)
        .collect()
}

/// Shares of several units, counts, and one measurement alone.
pub fn blood() -> Vec<Vec<u8>> {
    let head = "time_h,sample,value,unit,u\n";
    let many = "2,whole-body,95,%,\n24,whole-body,40,%,\n48,whole-body,10,MBq,0.1\n96,whole-body,0.05,share,\n\
                2,blood,200,Bq/mL,\n24,blood,0.1,kBq/mL,\n48,blood,0.05,MBq/L,\n72,blood,0.1,%/L,\n96,blood,1e-7,share/mL,0.2\n";
    let counts = "1,whole-body,5000,counts,\n24,whole-body,2000,counts,\n72,whole-body,400,counts,\n";
    [many, counts, "24,whole-body,40,%,\n"].map(|rows| format!("{head}{rows}").into_bytes()).to_vec()
}

/// A report of two lesions, without pictures.
pub fn reports() -> Vec<Vec<u8>> {
    let settings = Settings::new(DoseBasis::Planned { activity_gbq: 7.4 });
    let lesions = [1u32, 2].map(|label| {
        let input = LesionInput {
            label,
            name: format!("lesion {label} <b>"),
            doses: (1..=20).map(|step| (label * step) as f32).collect(),
            volume_ml: 2.0,
            mean_u_mc: Some(0.4),
            resolution_mm: Some(6.5),
            ..LesionInput::default()
        };
        input.judge(&settings).unwrap()
    });
    let report = Report {
        case_id: "demo".into(),
        purpose: "pre-therapy".into(),
        nuclide: "I-131".into(),
        settings,
        lesions: lesions.to_vec(),
        organs: Vec::new(),
        prescription: None,
        pictures: None,
        viewer: None,
        projections: None,
        time_activity: Vec::new(),
        overlays: None,
        positions: Vec::new(),
        inputs: vec![iodose::report::InputFile {
            what: "CT".into(),
            path: "ct.nii.gz".into(),
            sha256: "0".repeat(64),
        }],
        parameters: vec![("seed".into(), "1".into())],
        warnings: vec!["a warning".into()],
        methods: vec!["a paragraph".into()],
        version: "1".into(),
    };
    vec![report_json(&report).unwrap().into_bytes()]
}

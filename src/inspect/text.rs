//! An inspection as text: aligned, 80 columns.

use super::entry::{Activity, Entry, Kind, ValueUnit};
use super::{Inspection, orientation};
use iodose_dicom::DateTime;

const WIDTH: usize = 80;
/// Column in which values begin.
const INDENT: usize = 16;
/// More files than this of no use are counted, not named.
const NAMED: usize = 5;

pub(super) fn text(inspection: &Inspection, identify: bool) -> String {
    let mut page = Page::default();
    let frames = Frames::of(&inspection.entries);
    for entry in &inspection.entries {
        page.heading(entry);
        if let Some(patient) = entry.patient {
            page.field("patient", patient_name(inspection, patient, identify));
        }
        entry_facts(&mut page, entry, &frames);
        page.0.push('\n');
    }
    if !inspection.problems.is_empty() {
        page.0.push_str("Files that cannot be read\n");
        inspection.problems.iter().for_each(|problem| page.field("problem", problem));
        page.0.push('\n');
    }
    if !inspection.others.is_empty() {
        page.0.push_str("Files of other kinds\n");
        let mut names: Vec<String> =
            inspection.others.iter().take(NAMED).map(|path| path.display().to_string()).collect();
        if let Some(more) = inspection.others.len().checked_sub(NAMED).filter(|&more| more > 0) {
            names.push(format!("and {more} more"));
        }
        page.field("not used", names.join(", "));
        page.0.push('\n');
    }
    page.0
}

fn patient_name(inspection: &Inspection, patient: usize, identify: bool) -> String {
    let id = inspection.patients.get(patient).filter(|_| identify);
    let letter = u8::try_from(patient).ok().filter(|n| *n < 26).map(|n| char::from(b'A' + n).to_string());
    let pseudonym = letter.unwrap_or_else(|| (patient + 1).to_string());
    id.map_or(pseudonym.clone(), |id| format!("{pseudonym}, PatientID {:?}", id.reveal()))
}

fn entry_facts(page: &mut Page, entry: &Entry, frames: &Frames) {
    page.field("where", entry.path.display().to_string());
    if let Some(why) = &entry.guessed_from {
        page.field("judged from", why);
    }
    if let Some(activity) = &entry.activity {
        activity_facts(page, activity);
    } else if entry.kind == Kind::Ct {
        let of = if entry.guessed_from.is_some() { " by all appearances" } else { "" };
        page.field("unit", format!("HU{of}"));
    }
    if let Some(grid) = &entry.grid {
        let [nx, ny, nz] = grid.size();
        let [x, y, z] = grid.spacing().map(rounded);
        let [ox, oy, oz] = grid.affine().origin.map(rounded);
        page.field("grid", format!("{nx} x {ny} x {nz} voxels of {x} x {y} x {z} mm"));
        page.field("orientation", format!("{}; first voxel at {ox}, {oy}, {oz} mm", orientation(grid)));
    }
    if let Some(made) = entry.made {
        let what = if entry.kind.is_activity() { "scan begins" } else { "made" };
        page.field(what, made.to_string());
    }
    if let Some(activity) = &entry.activity {
        page.field("administered", administration(activity));
    }
    if let Some(frame) = &entry.frame_of_reference {
        page.field("frame of ref.", frames.name(frame));
    }
    if let Some(registration) = &entry.registration {
        let from = registration.sources.iter().filter_map(|source| source.frame_of_reference.as_ref());
        let from: Vec<String> =
            from.filter(|f| **f != registration.registered).map(|f| frames.name(f)).collect();
        page.field("registers", format!("{} to {}", from.join(", "), frames.name(&registration.registered)));
    }
    lesions(page, entry);
    entry.warnings.iter().for_each(|warning| page.field("note", warning));
    entry.problems.iter().for_each(|problem| page.field("PROBLEM", problem));
}

fn activity_facts(page: &mut Page, activity: &Activity) {
    let nuclide = activity.nuclide.as_deref().unwrap_or("not stated");
    page.field("nuclide", nuclide);
    let pair = |value: [Option<f64>; 2], show: fn(f64) -> String| {
        let [file, ours] = value.map(|value| value.map(show));
        match (file, ours) {
            (None, None) => None,
            (Some(file), None) => Some(file),
            (None, Some(ours)) => Some(format!("not stated (data at hand: {ours})")),
            (Some(file), Some(ours)) => Some(format!("{file} (data at hand: {ours})")),
        }
    };
    if let Some(text) = pair(activity.half_life_s, |s| format!("{:.4} d", s / 86_400.0)) {
        page.field("half-life", text);
    }
    if let Some(text) = pair(activity.positron_fraction, |fraction| format!("{fraction:.4}")) {
        page.field("positrons", format!("{text} per decay"));
    }
    page.field("unit", unit(&activity.unit));
}

fn unit(unit: &ValueUnit) -> String {
    match unit {
        ValueUnit::BqPerMl => "Bq/mL".into(),
        ValueUnit::Counts { duration_known: true } => "counts; the file states the scan's duration".into(),
        ValueUnit::Counts { duration_known: false } => "counts; the scan's duration is not stated".into(),
        ValueUnit::Stated(text) => format!("{text:?} by the file's text"),
        ValueUnit::Unknown => "not stated".into(),
    }
}

fn administration(activity: &Activity) -> String {
    let given = activity.administered.map_or("time not stated".into(), |moment: DateTime| moment.to_string());
    let amount =
        activity.administered_bq.map_or("activity not stated".into(), |bq| format!("{} MBq", bq / 1e6));
    let hours = match (activity.hours, activity.hours_by_name) {
        (Some(hours), _) => format!("; scan {hours:.2} h after"),
        (None, Some(hours)) => format!("; {hours} h after by its name"),
        (None, None) => String::new(),
    };
    format!("{given}, {amount}{hours}")
}

fn lesions(page: &mut Page, entry: &Entry) {
    for (n, lesion) in entry.lesions.iter().enumerate() {
        let key = match (n, entry.kind) {
            (0, Kind::Labels) => "labels",
            (0, _) => "regions",
            _ => "",
        };
        let volume = lesion.volume_ml.map_or("volume not known".into(), |volume| format!("{volume:.3} mL"));
        let outline = if lesion.is_outline { " (no lesion by its name or type)" } else { "" };
        page.field(key, format!("{:>3}  {volume:>12}  {}{outline}", lesion.label, lesion.name).trim_end());
    }
}

/// A coordinate without the noise of its last digits.
fn rounded(x: f64) -> f64 {
    let rounded = (x * 1e4).round() / 1e4;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// Frames of reference by short names in the order of their appearance, since UIDs differ in a few of 60 digits.
struct Frames(Vec<String>);

impl Frames {
    fn of(entries: &[Entry]) -> Self {
        let mut frames: Vec<String> = Vec::new();
        for entry in entries {
            let registered = entry.registration.iter().flat_map(|registration| {
                let sources =
                    registration.sources.iter().filter_map(|source| source.frame_of_reference.as_ref());
                sources.chain([&registration.registered])
            });
            for frame in entry.frame_of_reference.iter().chain(registered) {
                if !frames.contains(frame) {
                    frames.push(frame.clone());
                }
            }
        }
        Self(frames)
    }

    fn name(&self, frame: &str) -> String {
        let place = self.0.iter().position(|known| known == frame).map_or(0, |place| place + 1);
        let tail: String = frame.chars().skip(frame.chars().count().saturating_sub(8)).collect();
        format!("F{place} (...{tail})")
    }
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn heading(&mut self, entry: &Entry) {
        let files = match entry.sources.len() {
            1 => String::new(),
            several => format!(", {several} files"),
        };
        let text = format!("{}: {} ({}{files})", entry.kind.name(), entry.name, entry.format);
        self.wrapped("", 0, &text);
    }

    fn field(&mut self, key: &str, value: impl AsRef<str>) {
        self.wrapped(&format!("  {key}"), INDENT, value.as_ref());
    }

    /// Words on lines of at most [`WIDTH`] columns from `indent` on; a word that is longer stands whole on its line, so that
    /// paths can be copied. Control characters of free texts become spaces.
    fn wrapped(&mut self, key: &str, indent: usize, value: &str) {
        let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut line = format!("{key:<indent$}");
        let mut is_empty = true;
        for word in value.split(' ') {
            let room = WIDTH.saturating_sub(line.chars().count());
            if !is_empty && word.chars().count() + 1 > room {
                self.0.push_str(line.trim_end());
                self.0.push('\n');
                line = " ".repeat(indent.max(2));
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(word);
            is_empty = false;
        }
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }
}

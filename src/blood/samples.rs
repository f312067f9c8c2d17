//! The CSV file of samples.

use crate::Error;
use crate::case::Blood as Section;
use crate::inputs::Inputs;
use iodose_io::{IoError, open_file};
use std::io::Read;
use std::path::Path;

/// A table of samples is a page of text.
const LARGEST_FILE_BYTES: u64 = 1 << 20;
/// A first count of the whole body stands for all of the activity only before anything is excreted (Lassmann et al. 2008).
const LATEST_WHOLE_H: f64 = 2.0;
const COLUMNS: &str = "time_h,sample,value,unit and perhaps u";

/// One measurement, as a share of the administered activity (of the blood: per mL), not decay-corrected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) time_h: f64,
    pub(super) value: f64,
    /// k=1.
    pub(super) relative_u: f64,
}

/// All measurements of a file, each kind in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Samples {
    whole_body: Vec<Sample>,
    pub(super) blood: Vec<Sample>,
    /// The whole body is in counts, to be referred to the first.
    in_counts: bool,
}

/// The columns of a file by their place.
struct Columns {
    time_h: usize,
    sample: usize,
    value: usize,
    unit: usize,
    u: Option<usize>,
}

/// What reading a line needs to know.
struct Reader<'a> {
    file: &'a Path,
    section: &'a Section,
    given_mbq: Option<f64>,
}

impl Samples {
    /// Reads the file of a case; `given_mbq` is the activity that was administered for the samples.
    pub(super) fn read(
        section: &Section,
        given_mbq: Option<f64>,
        inputs: &mut Inputs,
    ) -> Result<Self, Error> {
        let file = section.path.resolved.as_path();
        let failed = |source| Error::Io(IoError::Read { path: file.to_path_buf(), source });
        let mut text = String::new();
        let opened = open_file(file).map_err(failed)?;
        opened.take(LARGEST_FILE_BYTES + 1).read_to_string(&mut text).map_err(failed)?;
        if text.len() as u64 > LARGEST_FILE_BYTES {
            return Err(Error::input(file.display(), "size", "more than 1 MiB", "a table of samples"));
        }
        inputs.note_file("samples of whole body and blood", &section.path.written, file)?;
        Reader { file, section, given_mbq }.parse(&text)
    }

    /// Shares of the whole body. Counts are referred to the first, which stands for all of the activity and falls with
    /// `imaged_per_h` (1/h) from the administration to its time; its uncertainty is in all the others'.
    pub(super) fn whole_body(&self, file: &Path, imaged_per_h: f64) -> Result<Vec<Sample>, Error> {
        let Some(first) = self.whole_body.first().filter(|_| self.in_counts) else {
            return Ok(self.whole_body.clone());
        };
        if first.time_h > LATEST_WHOLE_H {
            let found = format!("{} h", first.time_h);
            let expected =
                format!("a first count within {LATEST_WHOLE_H} h, which stands for the whole activity");
            return Err(Error::input(
                file.display(),
                "time_h of the first whole-body count",
                found,
                expected,
            ));
        }
        let whole = first.value / libm::exp(-imaged_per_h * first.time_h);
        let referred = self.whole_body.iter().enumerate().map(|(place, sample)| Sample {
            time_h: sample.time_h,
            value: sample.value / whole,
            relative_u: if place == 0 {
                sample.relative_u
            } else {
                libm::hypot(sample.relative_u, first.relative_u)
            },
        });
        Ok(referred.collect())
    }

    /// What was done to the numbers.
    pub(super) fn note(&self) -> String {
        let counts = if self.in_counts { "; whole-body counts referred to the first" } else { "" };
        format!(
            "{} whole-body and {} blood samples as shares of the administered activity{counts}",
            self.whole_body.len(),
            self.blood.len()
        )
    }
}

impl Reader<'_> {
    fn parse(&self, text: &str) -> Result<Samples, Error> {
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
        let broken = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            self.wrong(line, "row", error, format!("a table of {COLUMNS}"))
        };
        let columns = self.columns(reader.headers().map_err(broken)?)?;
        let mut samples = Samples::default();
        let mut whole_body_unit: Option<String> = None;
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map_or(0, csv::Position::line);
            let field = |place: usize| record.get(place).unwrap_or_default();
            let (kind, unit) = (field(columns.sample), field(columns.unit));
            let time_h =
                self.positive(line, "time_h", field(columns.time_h), "hours after administration, above 0")?;
            let value = self.positive(line, "value", field(columns.value), "a number above 0")?;
            let relative_u = self.relative_u(line, columns.u.map(field).unwrap_or_default())?;
            let is_blood = match kind {
                "whole-body" => false,
                "blood" => true,
                other => {
                    return Err(self.wrong(line, "sample", quoted(other), "\"whole-body\" or \"blood\""));
                }
            };
            let value =
                value * if is_blood { self.blood_unit(line, unit)? } else { self.body_unit(line, unit)? };
            if !is_blood {
                if whole_body_unit.as_deref().is_some_and(|first| (first == "counts") != (unit == "counts")) {
                    return Err(self.wrong(
                        line,
                        "unit",
                        quoted(unit),
                        "counts in all whole-body rows or in none",
                    ));
                }
                whole_body_unit = Some(unit.to_owned());
                samples.in_counts = unit == "counts";
                if !samples.in_counts && value > 1.0 {
                    let found = format!("{value} of the administered activity");
                    return Err(self.wrong(line, "value", found, "a retention of at most 1"));
                }
            }
            let of_kind = if is_blood { &mut samples.blood } else { &mut samples.whole_body };
            if let Some(before) = of_kind.last().filter(|before| before.time_h >= time_h) {
                let found = format!("{time_h} h after a sample at {} h", before.time_h);
                return Err(self.wrong(line, "time_h", found, "samples of a kind in order of time"));
            }
            of_kind.push(Sample { time_h, value, relative_u });
        }
        if samples.whole_body.is_empty() && samples.blood.is_empty() {
            return Err(self.wrong(1, "rows", "none", "at least one sample"));
        }
        Ok(samples)
    }

    fn columns(&self, header: &csv::StringRecord) -> Result<Columns, Error> {
        let known = ["time_h", "sample", "value", "unit", "u"];
        if let Some(other) = header.iter().find(|name| !known.contains(name)) {
            return Err(self.wrong(1, "header", quoted(other), COLUMNS));
        }
        let place = |name: &str| header.iter().position(|column| column == name);
        let required = |name: &str| {
            place(name).ok_or_else(|| self.wrong(1, "header", format!("no column {name}"), COLUMNS))
        };
        Ok(Columns {
            time_h: required("time_h")?,
            sample: required("sample")?,
            value: required("value")?,
            unit: required("unit")?,
            u: place("u"),
        })
    }

    fn positive(&self, line: u64, field: &str, text: &str, expected: &str) -> Result<f64, Error> {
        let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
        number.ok_or_else(|| self.wrong(line, field, quoted(text), expected))
    }

    fn relative_u(&self, line: u64, text: &str) -> Result<f64, Error> {
        let expected = "a relative standard uncertainty above 0 and below 1, or blood.sample_u in the case";
        if text.is_empty() {
            return self.section.sample_u.ok_or_else(|| self.wrong(line, "u", "nothing", expected));
        }
        let u = self.positive(line, "u", text, expected)?;
        if u < 1.0 { Ok(u) } else { Err(self.wrong(line, "u", quoted(text), expected)) }
    }

    /// The factor from a unit to the share of the administered activity.
    fn body_unit(&self, line: u64, unit: &str) -> Result<f64, Error> {
        match unit {
            "share" | "counts" => Ok(1.0),
            "%" => Ok(0.01),
            "MBq" => Ok(1.0 / self.given(line)?),
            other => {
                Err(self.wrong(line, "unit", quoted(other), "share, %, MBq or counts for the whole body"))
            }
        }
    }

    /// The same per mL of blood.
    fn blood_unit(&self, line: u64, unit: &str) -> Result<f64, Error> {
        match unit {
            "share/mL" => Ok(1.0),
            "%/L" => Ok(1e-5),
            "Bq/mL" => Ok(1e-6 / self.given(line)?),
            "kBq/mL" | "MBq/L" => Ok(1e-3 / self.given(line)?),
            other => Err(self.wrong(
                line,
                "unit",
                quoted(other),
                "share/mL, %/L, Bq/mL, kBq/mL or MBq/L for blood",
            )),
        }
    }

    fn given(&self, line: u64) -> Result<f64, Error> {
        let expected = "share, % or counts, as the case does not state the administered activity";
        self.given_mbq.ok_or_else(|| self.wrong(line, "unit", "an activity", expected))
    }

    fn wrong(&self, line: u64, field: &str, found: impl ToString, expected: impl ToString) -> Error {
        Error::input(format!("{}:{line}", self.file.display()), field, found, expected)
    }
}

/// As a message shows it: short and on one line.
fn quoted(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    format!("{short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::CasePath;

    fn section(sample_u: Option<f64>) -> Section {
        let path = CasePath { written: "s.csv".into(), resolved: "s.csv".into() };
        Section { path, body_mass_kg: 70.0, blood_volume_ml: None, sample_u }
    }

    fn parse(text: &str) -> Result<Samples, Error> {
        let section = section(Some(0.05));
        Reader { file: Path::new("s.csv"), section: &section, given_mbq: Some(50.0) }.parse(text)
    }

    #[test]
    fn units_become_shares_of_what_was_given() {
        let text = "value, unit, sample, time_h, u\n# a note\n40,%,whole-body,24,\n10,MBq,whole-body,48,0.1\n\
                    100,Bq/mL,blood,24,\n0.05,kBq/mL,blood,48,\n0.1,%/L,blood,72,\n1e-7,share/mL,blood,96,0.2\n";
        let samples = parse(text).unwrap();
        let shares = |samples: &[Sample]| samples.iter().map(|sample| sample.value).collect::<Vec<_>>();
        assert_eq!(shares(&samples.whole_body), [0.4, 0.2]);
        for (found, expected) in shares(&samples.blood).iter().zip([2e-6, 1e-6, 1e-6, 1e-7]) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        }
        assert_eq!((samples.whole_body[0].relative_u, samples.whole_body[1].relative_u), (0.05, 0.1));
    }

    #[test]
    fn counts_are_referred_to_the_first() {
        let text = "time_h,sample,value,unit\n1,whole-body,5000,counts\n24,whole-body,1000,counts\n";
        let samples = parse(text).unwrap();
        let shares = samples.whole_body(Path::new("s.csv"), 0.01).unwrap();
        let whole = libm::exp(-0.01);
        assert!((shares[0].value - whole).abs() < 1e-12 && (shares[1].value - 0.2 * whole).abs() < 1e-12);
        assert!((shares[1].relative_u - 0.05 * 2f64.sqrt()).abs() < 1e-12);
        let late = parse(&text.replace("1,whole-body,5000", "6,whole-body,5000")).unwrap();
        let error = late.whole_body(Path::new("s.csv"), 0.01).unwrap_err().to_string();
        assert!(error.starts_with("s.csv: time_h of the first whole-body count: found 6 h"), "{error}");
    }

    #[test]
    fn every_error_names_file_and_line() {
        let head = "time_h,sample,value,unit,u\n";
        for (rows, message) in [
            ("24,whole-body,40,%\n", "s.csv:2: row: found"),
            ("24,whole body,40,%,\n", "s.csv:2: sample: found \"whole body\""),
            ("24,whole-body,-4,%,\n", "s.csv:2: value: found \"-4\""),
            (
                "24,whole-body,4e1,%,\n12,whole-body,50,%,\n",
                "s.csv:3: time_h: found 12 h after a sample at 24 h",
            ),
            ("24,whole-body,nan,%,\n", "s.csv:2: value: found \"nan\""),
            ("0,whole-body,40,%,\n", "s.csv:2: time_h: found \"0\""),
            ("24,whole-body,140,%,\n", "s.csv:2: value: found 1.4"),
            ("24,whole-body,40,Bq,\n", "s.csv:2: unit: found \"Bq\""),
            ("24,blood,40,%,\n", "s.csv:2: unit: found \"%\""),
            ("24,blood,40,Bq/mL,1.5\n", "s.csv:2: u: found \"1.5\""),
            (
                "1,whole-body,40,counts,\n2,whole-body,40,%,\n",
                "s.csv:3: unit: found \"%\", expected counts in all",
            ),
            ("", "s.csv:1: rows: found none"),
        ] {
            let error = parse(&format!("{head}{rows}")).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
        let error = parse("time,sample,value,unit\n").unwrap_err().to_string();
        assert!(error.starts_with("s.csv:1: header: found \"time\""), "{error}");
        let error = parse("time_h,sample,value\n").unwrap_err().to_string();
        assert!(error.starts_with("s.csv:1: header: found no column unit"), "{error}");
    }

    #[test]
    fn an_uncertainty_is_never_made_up() {
        let section = section(None);
        let reader = Reader { file: Path::new("s.csv"), section: &section, given_mbq: None };
        let error = reader.parse("time_h,sample,value,unit\n24,blood,4,%/L\n").unwrap_err().to_string();
        assert!(error.starts_with("s.csv:2: u: found nothing"), "{error}");
        let error =
            reader.parse("time_h,sample,value,unit,u\n24,blood,4,Bq/mL,0.1\n").unwrap_err().to_string();
        assert!(error.contains("does not state the administered activity"), "{error}");
    }
}

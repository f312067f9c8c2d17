//! The CSV file of a phantom's spheres.

use crate::Error;
use crate::case::CasePath;
use crate::inputs::Inputs;
use iodose_io::IoError;
use std::io::Read;

/// A phantom has some six spheres.
const LARGEST_FILE_BYTES: u64 = 1 << 20;
const COLUMNS: [&str; 3] = ["diameter_mm", "recovery", "u"];

/// Diameter (mm), recovery coefficient and its standard uncertainty of each sphere, in the order of the file. Whether they
/// make a curve is judged where it is fitted.
pub(super) fn read(path: &CasePath, inputs: &mut Inputs) -> Result<Vec<[f64; 3]>, Error> {
    let file = path.resolved.as_path();
    let failed = |source| Error::Io(IoError::Read { path: file.to_path_buf(), source });
    let mut text = String::new();
    let opened = iodose_io::open_file(file).map_err(failed)?;
    opened.take(LARGEST_FILE_BYTES + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > LARGEST_FILE_BYTES {
        return Err(Error::input(file.display(), "size", "more than 1 MiB", "a table of spheres"));
    }
    inputs.note_file("recovery coefficients of a phantom", &path.written, file)?;
    parse(&text, &file.display().to_string())
}

fn parse(text: &str, file: &str) -> Result<Vec<[f64; 3]>, Error> {
    let wrong = |line: u64, field: &str, found: String, expected: String| {
        Err(Error::input(file, format!("line {line}, {field}"), found, expected))
    };
    let table = || format!("a table with the columns {}", COLUMNS.join(", "));
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    let broken = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        Error::input(file, format!("line {line}"), error, table())
    };
    let header = reader.headers().map_err(broken)?.clone();
    let mut places = [0; 3];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        match header.iter().position(|name| name == column) {
            Some(found) if header.len() == COLUMNS.len() => *place = found,
            _ => return wrong(1, "header", format!("{:?}", header.iter().collect::<Vec<_>>()), table()),
        }
    }
    let mut spheres = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut sphere = [0.0; 3];
        for ((value, place), column) in sphere.iter_mut().zip(places).zip(COLUMNS) {
            let written = record.get(place).unwrap_or_default();
            match written.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0) {
                Some(number) => *value = number,
                None => return wrong(line, column, format!("{written:?}"), "a number above 0".into()),
            }
        }
        spheres.push(sphere);
    }
    match spheres.len() {
        0..=2 => wrong(1, "rows", spheres.len().to_string(), "at least 3 spheres".into()),
        _ => Ok(spheres),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_may_stand_in_any_order() {
        let text = "# NEMA\nrecovery, diameter_mm, u\n0.41,10,0.03\n0.62,17,0.03\n0.82,37,0.02\n";
        let spheres = parse(text, "s.csv").unwrap();
        assert_eq!(spheres, [[10.0, 0.41, 0.03], [17.0, 0.62, 0.03], [37.0, 0.82, 0.02]]);
    }

    #[test]
    fn each_mistake_is_told_with_its_line() {
        let head = "diameter_mm,recovery,u\n";
        for (text, expected) in [
            ("diameter,recovery,u\n".to_owned(), "s.csv: line 1, header: found [\"diameter\""),
            (format!("{head}10,0.4,0.03\n17,none,0.03\n"), "s.csv: line 3, recovery: found \"none\""),
            (format!("{head}10,0.4,-1\n"), "s.csv: line 2, u: found \"-1\", expected a number above 0"),
            (format!("{head}10,0.4\n"), "s.csv: line 2"),
            (format!("{head}10,0.4,0.03\n"), "s.csv: line 1, rows: found 1, expected at least 3 spheres"),
            (String::new(), "s.csv: line 1, header"),
        ] {
            let message = parse(&text, "s.csv").unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}

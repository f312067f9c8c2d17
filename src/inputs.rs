//! Opening the files of a case, and keeping account of them.

use crate::Error;
use crate::case::is_dicom;
use iodose_dicom::SeriesInfo;
use iodose_io::{label_sizes, read_image, read_label_image, sha256_of_file};
use iodose_report::InputFile;
use iodose_volume::{Grid, Volume, overlap_fraction};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Two images of which less than this share of the smaller one overlaps do not belong together.
const LEAST_OVERLAP: f64 = 0.1;

/// The files read so far and what there is to say about them.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// Each file with its hash.
    pub(crate) files: Vec<InputFile>,
    /// What the reader of the result must know.
    pub(crate) warnings: Vec<String>,
    /// Everything that changed numbers between a file and the computation, one line each.
    pub(crate) conversions: Vec<String>,
}

impl Inputs {
    /// Reads an image of real numbers from a single file; `what` says what it is for.
    pub(crate) fn image(&mut self, what: &str, written: &str, path: &Path) -> Result<Volume<f32>, Error> {
        refuse_other_formats(path)?;
        let image = read_image(path)?;
        self.note(what, written, path, image.warnings)?;
        Ok(image.volume)
    }

    /// Reads a label map with at least one label.
    pub(crate) fn labels(&mut self, what: &str, written: &str, path: &Path) -> Result<Volume<u16>, Error> {
        refuse_other_formats(path)?;
        let image = read_label_image(path)?;
        self.note(what, written, path, image.warnings)?;
        label_sizes(&image.volume).map_err(|source| Error::Labels { path: path.to_path_buf(), source })?;
        Ok(image.volume)
    }

    fn note(&mut self, what: &str, written: &str, path: &Path, warnings: Vec<String>) -> Result<(), Error> {
        self.note_file(what, written, path)?;
        self.warn_of(written, warnings);
        Ok(())
    }

    /// Takes account of a file that is read elsewhere.
    pub(crate) fn note_file(&mut self, what: &str, written: &str, path: &Path) -> Result<(), Error> {
        self.note_hash(what, written, sha256_of_file(path)?);
        Ok(())
    }

    /// Takes account of a DICOM series under a path. Of a folder, the hash is that of the sorted list of its files'
    /// hashes, one a line: `sha256sum FILES | cut -c1-64 | sort | sha256sum`.
    pub(crate) fn note_series(
        &mut self,
        what: &str,
        written: &str,
        path: &Path,
        series: &SeriesInfo,
    ) -> Result<(), Error> {
        if path.is_file() {
            return self.note_file(what, written, path);
        }
        let hashes: Result<Vec<String>, _> =
            series.objects.iter().map(|object| sha256_of_file(object.source.path())).collect();
        let mut hashes = hashes?;
        hashes.sort();
        let list: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
        let hash = hexadecimal(&Sha256::digest(list));
        self.note_hash(&format!("{what}, {} DICOM objects", hashes.len()), written, hash);
        Ok(())
    }

    /// Takes account of values that no file holds; the hash is that of their bytes, i fastest.
    pub(crate) fn note_values<const N: usize>(
        &mut self,
        what: &str,
        written: &str,
        values: impl Iterator<Item = [u8; N]>,
    ) {
        let hash = values.fold(Sha256::new(), |hash, bytes| hash.chain_update(bytes)).finalize();
        self.note_hash(what, written, hexadecimal(&hash));
    }

    fn note_hash(&mut self, what: &str, written: &str, sha256: String) {
        tracing::info!(what, path = written, "read");
        self.files.push(InputFile { what: what.to_owned(), path: written.to_owned(), sha256 });
    }

    pub(crate) fn warn(&mut self, warning: String) {
        tracing::warn!("{warning}");
        self.warnings.push(warning);
    }

    /// Warns of what a file leaves open.
    pub(crate) fn warn_of(&mut self, written: &str, warnings: Vec<String>) {
        warnings.into_iter().for_each(|warning| self.warn(format!("{written}: {warning}")));
    }

    /// Records what changed the numbers of a file.
    pub(crate) fn convert(&mut self, written: &str, conversion: impl AsRef<str>) {
        self.conversions.push(format!("{written}: {}", conversion.as_ref()));
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// DICOM is told from a damaged image, so that the error says what is wrong.
fn refuse_other_formats(path: &Path) -> Result<(), Error> {
    if !is_dicom(path) {
        return Ok(());
    }
    let found = if path.is_dir() {
        "a folder"
    } else if path.exists() {
        "a file of another format"
    } else {
        "no such file"
    };
    let expected = "a NIfTI (.nii, .nii.gz, .hdr/.img) or MetaImage (.mha, .mhd) file";
    Err(Error::input(path.display(), "path", found, expected))
}

/// Refuses images that barely overlap: they are of another patient, another visit or another frame of reference.
pub(crate) fn require_overlap(file: &Path, grid: &Grid, what: &str, other: &Grid) -> Result<(), Error> {
    let overlap = overlap_fraction(grid, other).max(overlap_fraction(other, grid));
    if overlap >= LEAST_OVERLAP {
        return Ok(());
    }
    let found = format!("{:.0} % of the smaller image overlaps with {what}", 100.0 * overlap);
    let expected = format!("at least {:.0} %; are they in one frame of reference?", 100.0 * LEAST_OVERLAP);
    Err(Error::input(file.display(), "position", found, expected))
}

//! Physical data: those of the engine, read once, and those of a caller.

use crate::error::{InputError, raised};
use iodose::physics::Library;
use pyo3::prelude::*;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Files of a caller's own data.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct OwnData {
    nuclide_files: Vec<PathBuf>,
    material_files: Vec<PathBuf>,
}

impl OwnData {
    pub(crate) fn library(&self) -> PyResult<Cow<'static, Library>> {
        let mut library = Cow::Borrowed(embedded()?);
        for file in &self.material_files {
            let text = read(file)?;
            library.to_mut().add_materials(&file.display().to_string(), &text).map_err(raised)?;
        }
        for file in &self.nuclide_files {
            let text = read(file)?;
            library.to_mut().add_nuclide(&file.display().to_string(), &text).map_err(raised)?;
        }
        Ok(library)
    }
}

fn embedded() -> PyResult<&'static Library> {
    static EMBEDDED: OnceLock<Library> = OnceLock::new();
    match EMBEDDED.get() {
        Some(library) => Ok(library),
        None => {
            let library = Library::embedded().map_err(raised)?;
            Ok(EMBEDDED.get_or_init(|| library))
        }
    }
}

fn read(file: &Path) -> PyResult<String> {
    std::fs::read_to_string(file).map_err(|error| InputError::new_err(format!("{}: {error}", file.display())))
}

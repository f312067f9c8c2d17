//! One DICOM object from a file: its data set, and where its pixels lie.
//!
//! ```no_run
//! use dicom_dictionary_std::tags;
//! use iodose_dicom::DicomFile;
//!
//! let file = DicomFile::open("plan.dcm".as_ref())?;
//! let root = file.attributes();
//! let label = root.text(tags::STRUCTURE_SET_LABEL)?; // an error names file, tag and keyword
//! for item in root.items(tags::ROI_CONTOUR_SEQUENCE)? {
//!     let number = item.integer(tags::REFERENCED_ROI_NUMBER)?;
//! }
//! # Ok::<(), iodose_dicom::DicomError>(())
//! ```

use crate::beside::EMPTY;
use crate::element::Attributes;
use crate::error::{DicomError, Result, element_name};
use crate::parse::{Fault, Parsed, Parser, PixelSpan};
use crate::source::Source;
use crate::syntax::{Encoding, TransferSyntax};
use crate::unpacked::{MAX_RATIO, most_of};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use flate2::read::DeflateDecoder;
use std::fmt;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

/// A header is read in pieces: this much at first, then twice as much each time it was not enough.
const FIRST_PIECE: u64 = 16 << 10;
const END_OF_DATA_SET: Tag = Tag(0xFFFF, 0xFFFF);

/// A DICOM object in memory: the elements before the pixels, and the pixels as bytes.
pub struct DicomFile {
    source: Source,
    syntax: TransferSyntax,
    object: InMemDicomObject,
    bytes: Vec<u8>,
    pixels: Option<PixelSpan>,
}

impl DicomFile {
    /// Reads a file whole. Files without preamble or meta information are understood where their elements are readable in
    /// one encoding; elements behind the pixels and private elements are not kept.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_source(&Source::file(path))
    }

    /// [`DicomFile::open`] for a file or an entry of an archive.
    pub fn open_source(source: &Source) -> Result<Self> {
        let (bytes, _) = source.read(u64::MAX)?;
        Self::parse(source, bytes, END_OF_DATA_SET).map_err(|problem| problem.at(source))
    }

    /// Reads the elements below `until` only, and as little of the file as that takes. No pixels are at hand afterwards.
    pub fn open_header(source: &Source, until: Tag) -> Result<Self> {
        let mut limit = FIRST_PIECE;
        let until = until.min(tags::PIXEL_DATA);
        loop {
            let (bytes, complete) = source.read(limit)?;
            match Self::parse(source, bytes, until) {
                Err(Problem::Fault(fault)) if fault.out_of_bytes && !complete => limit *= 4,
                // A deflated data set is inflated as a whole.
                Err(Problem::CutDeflate(_)) if !complete => limit = u64::MAX,
                Ok(mut file) => {
                    file.bytes = Vec::new();
                    return Ok(file);
                }
                Err(problem) => return Err(problem.at(source)),
            }
        }
    }

    /// An object from bytes already in memory; `name` stands for the file in messages.
    pub fn from_bytes(name: &Path, bytes: Vec<u8>) -> Result<Self> {
        let source = Source::file(name);
        Self::parse(&source, bytes, END_OF_DATA_SET).map_err(|problem| problem.at(&source))
    }

    fn parse(source: &Source, mut bytes: Vec<u8>, until: Tag) -> Result<Self, Problem> {
        let (mut begin, uid) = meta(&bytes)?;
        let stated = TransferSyntax::from_uid(&uid);
        if stated.as_ref().is_some_and(|syntax| syntax.deflated) {
            bytes = inflate(&bytes[begin..])?;
            begin = 0;
        }
        let (syntax, Parsed { object, pixels }) = match stated {
            Some(syntax) => {
                let parsed = Parser::new(&bytes, begin, syntax.encoding).read(until)?;
                (syntax, parsed)
            }
            None => by_trying(&bytes, begin, &uid, until)?,
        };
        Ok(Self { source: source.clone(), syntax, object, bytes, pixels })
    }

    /// Its elements, for reading with errors that name them.
    pub fn attributes(&self) -> Attributes<'_> {
        Attributes::new(self.source.path(), &self.object)
    }

    /// The data set without pixels and private elements.
    pub fn object(&self) -> &InMemDicomObject {
        &self.object
    }

    /// The file's name for messages.
    pub fn path(&self) -> &Path {
        self.source.path()
    }

    /// How it was written.
    pub fn transfer_syntax(&self) -> &TransferSyntax {
        &self.syntax
    }

    /// Pixels that are not compressed, as bytes in the order of the file; `None` where they are compressed or absent.
    pub fn native_pixels(&self) -> Option<&[u8]> {
        match &self.pixels {
            Some(PixelSpan::Native(range)) => self.bytes.get(range.clone()),
            _ => None,
        }
    }

    /// Offset table and fragments of compressed pixels.
    pub(crate) fn fragments(&self) -> Option<(&[u32], &[Range<usize>])> {
        match &self.pixels {
            Some(PixelSpan::Fragments { offsets, fragments }) => Some((offsets, fragments)),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for DicomFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The elements hold the patient's identity.
        write!(formatter, "DicomFile({}, {})", self.path().display(), self.syntax.name)
    }
}

enum Problem {
    Fault(Fault),
    NotDicom(String),
    /// A deflated data set that ends too early, or not within so many bytes.
    CutDeflate(u64),
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Problem {
    fn at(self, source: &Source) -> DicomError {
        let path = source.path().to_owned();
        match self {
            Self::NotDicom(found) => DicomError::NotDicom { path, found },
            Self::Fault(Fault { tag: Some(tag), found, expected, .. }) => {
                DicomError::Element { path, element: element_name(tag), found, expected }
            }
            Self::Fault(Fault { offset, found, expected, .. }) => {
                DicomError::Damaged { path, offset, found, expected }
            }
            Self::CutDeflate(most) => DicomError::Damaged {
                path,
                offset: 0,
                found: "a deflated data set that does not inflate".into(),
                expected: format!(
                    "a whole one of at most {most} bytes (PS3.5 A.5; 64 MiB and {MAX_RATIO} times the file's size)"
                ),
            },
        }
    }
}

/// Where the data set begins, and the transfer syntax's UID (empty where none is stated).
fn meta(bytes: &[u8]) -> Result<(usize, String), Problem> {
    let begin = match bytes {
        _ if bytes.get(128..132) == Some(b"DICM") => 132,
        [] => return Err(Problem::NotDicom(EMPTY.into())),
        // The meta information without the preamble before it.
        [2, 0, ..] => 0,
        // A data set as it goes over the network begins with a low element of group 8, in little endian.
        [8, 0, _, 0 | 1, ..] => return Ok((0, String::new())),
        [b'P', b'K', 3, 4, ..] => {
            return Err(Problem::NotDicom(
                "a zip archive inside a folder or archive, which is not opened".into(),
            ));
        }
        _ if bytes
            .iter()
            .take(1024)
            .all(|&byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0x80..=0xFF)) =>
        {
            return Err(Problem::NotDicom("a text file".into()));
        }
        _ => return Err(Problem::NotDicom("neither the mark DICM nor a data set".into())),
    };
    let mut parser = Parser::new(bytes, begin, Encoding::ExplicitLittle);
    let parsed = parser.read(Tag(0x0003, 0))?;
    let uid = parsed.object.get(tags::TRANSFER_SYNTAX_UID).and_then(|element| element.to_str().ok());
    let uid = uid.map(|text| text.trim_matches(['\0', ' ']).to_owned()).unwrap_or_default();
    Ok((parser.position(), uid))
}

/// The encoding that a data set without a stated one is readable in. Both are tried to the end: the two-letter
/// representations of the explicit one cannot stand in the implicit one's length fields by chance.
fn by_trying(bytes: &[u8], begin: usize, uid: &str, until: Tag) -> Result<(TransferSyntax, Parsed), Problem> {
    let mut short = None;
    for encoding in [Encoding::ExplicitLittle, Encoding::ImplicitLittle] {
        match Parser::new(bytes, begin, encoding).read(until) {
            Ok(parsed) if parsed.object.get(tags::SOP_CLASS_UID).is_some() => {
                return Ok((TransferSyntax::found_by_trying(uid, encoding), parsed));
            }
            Err(fault) if fault.out_of_bytes => short = Some(fault),
            _ => {}
        }
    }
    match short {
        Some(fault) => Err(Problem::Fault(fault)),
        None => Err(Problem::NotDicom("elements that are readable in no encoding".into())),
    }
}

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let most = most_of(bytes.len() as u64);
    let mut inflated = Vec::new();
    let count = DeflateDecoder::new(bytes).take(most + 1).read_to_end(&mut inflated);
    match count {
        Ok(count) if count as u64 <= most => Ok(inflated),
        _ => Err(Problem::CutDeflate(most)),
    }
}

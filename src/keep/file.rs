//! A file of sums: eight bytes that say what it is, the length of a header (u32, little-endian), the header (JSON), the sums as the
//! engine writes them, and the SHA-256 of all that.

use crate::Error;
use crate::convergence::Look;
use crate::keep::Identity;
use iodose_io::{IoError, open_file, write_whole};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The last is the version of the format.
const MAGIC: [u8; 8] = *b"iodsums\x02";
const CHECKSUM_BYTES: u64 = 32;
const LONGEST_HEADER: u32 = 1 << 24;

/// What the sums are of.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Header {
    /// Version of the program.
    pub(crate) version: String,
    pub(crate) identity: Identity,
    /// Numbers of the decays.
    pub(crate) decays: Range<u64>,
    /// Number of decays at which the run looks at its uncertainty next.
    pub(crate) next_look: u64,
    /// Number of the share, of how many, of a run of how many decays; absent in a checkpoint.
    pub(crate) share: Option<(u32, u32, u64)>,
    /// What the run saw on its way.
    pub(crate) looks: Vec<Look>,
    /// What the writer wants to read again.
    pub(crate) note: Vec<String>,
}

impl Header {
    /// Of a run that has found nothing yet.
    pub(crate) fn new(identity: Identity) -> Self {
        Self {
            version: crate::VERSION.to_owned(),
            identity,
            decays: 0..0,
            next_look: 0,
            share: None,
            looks: Vec::new(),
            note: Vec::new(),
        }
    }
}

/// The header of another version may have other fields.
#[derive(Deserialize)]
struct Versioned {
    version: String,
}

/// A file of sums that is whole.
#[derive(Clone, Debug)]
pub(crate) struct SumsFile {
    pub(crate) path: PathBuf,
    pub(crate) header: Header,
    /// Where the sums are.
    bytes: Range<u64>,
}

impl SumsFile {
    /// Writes a file; it has its name only once it is whole.
    pub(crate) fn write(
        path: &Path,
        header: &Header,
        sums: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let json = serde_json::to_vec(header).map_err(|error| Error::Report(error.to_string()))?;
        Ok(write_whole(path, |out| {
            let mut hashed = Hashed { out, hasher: Sha256::new() };
            hashed.write_all(&MAGIC)?;
            hashed.write_all(&(json.len() as u32).to_le_bytes())?;
            hashed.write_all(&json)?;
            let mut buffered = io::BufWriter::with_capacity(1 << 16, &mut hashed);
            sums(&mut buffered)?;
            buffered.flush()?;
            drop(buffered);
            let Hashed { out, hasher } = hashed;
            out.write_all(&hasher.finalize())
        })?)
    }

    /// Opens a file and reads all of it once.
    ///
    /// # Errors
    /// A file of another kind or version, and one that is not as it was written.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Io(IoError::Read { path: path.to_path_buf(), source });
        let mut file = open_file(path).map_err(failed)?;
        let mut start = [0; 12];
        let length = file.metadata().map_err(failed)?.len();
        let end = length.saturating_sub(CHECKSUM_BYTES);
        if end < 12 || file.read_exact(&mut start).is_err() || start[..8] != MAGIC {
            let expected = "a checkpoint or a part that iodose wrote";
            return Err(Error::input(path.display(), "format", "another kind of file", expected));
        }
        let [.., a, b, c, d] = start;
        let header_bytes = u32::from_le_bytes([a, b, c, d]).min(LONGEST_HEADER);
        let mut header = Vec::new();
        Read::by_ref(&mut file).take(header_bytes.into()).read_to_end(&mut header).map_err(failed)?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut hasher = Sha256::new();
        let mut hashed = HashedReader { from: Read::by_ref(&mut file).take(end), hasher: &mut hasher };
        io::copy(&mut hashed, &mut io::sink()).map_err(failed)?;
        let mut checksum = Vec::new();
        file.read_to_end(&mut checksum).map_err(failed)?;
        if hasher.finalize()[..] != checksum[..] {
            let expected = "the bytes that were written; the file is damaged or cut short";
            return Err(Error::input(path.display(), "checksum", "another", expected));
        }
        let invalid = |error: serde_json::Error| {
            Error::input(path.display(), "header", error, "that of this version of iodose")
        };
        let Versioned { version } = serde_json::from_slice(&header).map_err(invalid)?;
        if version != crate::VERSION {
            return Err(Error::input(path.display(), "version", version, crate::VERSION));
        }
        let header = serde_json::from_slice(&header).map_err(invalid)?;
        Ok(Self { path: path.to_path_buf(), header, bytes: 12 + u64::from(header_bytes)..end })
    }

    /// Refuses sums of another run; `of` says which run is meant.
    pub(crate) fn require(&self, identity: &Identity, of: &str) -> Result<(), Error> {
        match self.header.identity.difference(identity) {
            None => Ok(()),
            Some((name, found, expected)) => {
                Err(Error::input(self.path.display(), name, found, format!("{expected}, {of}")))
            }
        }
    }

    /// Lets `absorb` read the sums.
    pub(crate) fn read(
        &self,
        absorb: impl FnOnce(Range<u64>, &mut dyn Read) -> io::Result<()>,
    ) -> Result<(), Error> {
        let read = || {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.bytes.start))?;
            let mut sums = BufReader::with_capacity(1 << 16, file).take(self.bytes.end - self.bytes.start);
            absorb(self.header.decays.clone(), &mut sums)?;
            match sums.limit() {
                0 => Ok(()),
                more => Err(io::Error::other(format!("{more} bytes more than expected"))),
            }
        };
        read().map_err(|source| Error::Io(IoError::Read { path: self.path.clone(), source }))
    }
}

/// Passes bytes on and hashes them.
struct Hashed<'a> {
    out: &'a mut dyn Write,
    hasher: Sha256,
}

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The same for reading.
struct HashedReader<'a, R> {
    from: R,
    hasher: &'a mut Sha256,
}

impl<R: Read> Read for HashedReader<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }
}

//! Transfer syntaxes: how a data set is written, and how its pixels are (PS3.5 section 10 and annex A, PS3.6 annex A).

/// How the elements of a data set are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Value representations from the dictionary, little endian (PS3.5 A.1).
    ImplicitLittle,
    /// Value representations in the file, little endian (PS3.5 A.2); all compressed pixels come so.
    ExplicitLittle,
    /// Value representations in the file, big endian (PS3.5 A.3, retired).
    ExplicitBig,
}

/// How the pixels are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelCoding {
    /// As they are, in the data set's byte order.
    Native,
    /// Run lengths (PS3.5 annex G).
    RunLength,
    /// JPEG process 14, any predictor (PS3.5 A.4.1).
    JpegLossless,
    /// JPEG-LS without loss (PS3.5 A.4.3).
    JpegLs,
    /// JPEG 2000 (PS3.5 A.4.4).
    Jpeg2000,
    /// Anything else: the header can be read, the pixels cannot.
    Unreadable,
}

/// A transfer syntax as the file's meta information names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferSyntax {
    /// The UID; empty where the file names none and the encoding was found by trying.
    pub uid: String,
    /// The name in PS3.6, for messages.
    pub name: &'static str,
    /// How the elements are written.
    pub encoding: Encoding,
    /// Whether the data set is deflated as a whole (PS3.5 A.5).
    pub deflated: bool,
    /// How the pixels are written.
    pub pixels: PixelCoding,
}

impl TransferSyntax {
    /// The syntax of a UID; `None` where it is unknown (a private one).
    pub fn from_uid(uid: &str) -> Option<Self> {
        use Encoding::{ExplicitBig, ExplicitLittle, ImplicitLittle};
        use PixelCoding::{Jpeg2000, JpegLossless, JpegLs, Native, RunLength, Unreadable};
        let (name, encoding, pixels) = match uid {
            "1.2.840.10008.1.2" => ("Implicit VR Little Endian", ImplicitLittle, Native),
            "1.2.840.10008.1.2.1" => ("Explicit VR Little Endian", ExplicitLittle, Native),
            "1.2.840.10008.1.2.1.98" => ("Encapsulated Uncompressed", ExplicitLittle, Native),
            "1.2.840.10008.1.2.1.99" => ("Deflated Explicit VR Little Endian", ExplicitLittle, Native),
            "1.2.840.10008.1.2.2" => ("Explicit VR Big Endian", ExplicitBig, Native),
            "1.2.840.10008.1.2.5" => ("RLE Lossless", ExplicitLittle, RunLength),
            "1.2.840.10008.1.2.4.57" => ("JPEG Lossless (process 14)", ExplicitLittle, JpegLossless),
            "1.2.840.10008.1.2.4.70" => ("JPEG Lossless (process 14, SV1)", ExplicitLittle, JpegLossless),
            "1.2.840.10008.1.2.4.80" => ("JPEG-LS Lossless", ExplicitLittle, JpegLs),
            "1.2.840.10008.1.2.4.90" => ("JPEG 2000 Lossless", ExplicitLittle, Jpeg2000),
            "1.2.840.10008.1.2.4.91" => ("JPEG 2000", ExplicitLittle, Jpeg2000),
            "1.2.840.10008.1.2.4.50" => ("JPEG Baseline (lossy)", ExplicitLittle, Unreadable),
            "1.2.840.10008.1.2.4.51" => ("JPEG Extended (lossy)", ExplicitLittle, Unreadable),
            "1.2.840.10008.1.2.4.81" => ("JPEG-LS Near-Lossless (lossy)", ExplicitLittle, Unreadable),
            _ if uid.starts_with("1.2.840.10008.1.2.") => ("a standard syntax", ExplicitLittle, Unreadable),
            _ => return None,
        };
        let deflated = uid == "1.2.840.10008.1.2.1.99";
        Some(Self { uid: uid.to_owned(), name, encoding, deflated, pixels })
    }

    /// The syntax of a file that names none, or a private one.
    pub(crate) fn found_by_trying(uid: &str, encoding: Encoding) -> Self {
        let pixels = if uid.is_empty() { PixelCoding::Native } else { PixelCoding::Unreadable };
        Self { uid: uid.to_owned(), name: "not stated", encoding, deflated: false, pixels }
    }
}

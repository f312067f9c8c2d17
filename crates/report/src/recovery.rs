//! The activity that a lesion truly holds, from that which a blurred image shows. Equations: `docs/methods/recovery.md`.
//!
//! Two ways to the width of the blur: stated by the site, or found from its phantom's recovery coefficients
//! ([`RecoveryCurve`]). From there on they are one: the outline itself is blurred ([`Outline`]), and what lesions, their
//! neighbours and the background around them give to each other is solved for ([`Transfer`]).

mod faces;
mod fit;
mod integrated;
mod measured;
mod outline;
mod transfer;

pub use integrated::Integrated;
pub use measured::{PhantomSphere, RecoveryCurve, RecoveryError};
pub use outline::Outline;
pub use transfer::{Solved, Transfer};

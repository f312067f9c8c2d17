//! An end with a message where memory is used up.
//!
//! Rust aborts a program whose allocation fails. The error handler could be replaced in nightly Rust alone, so the allocator is: the
//! system's, which ends the program with exit code 1 in place of giving back no memory.
#![allow(unsafe_code, reason = "an allocator cannot be had without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: OrEnd = OrEnd;

/// What the end itself needs: to say so, and to list and remove the folders of what was begun.
static RESERVE: Mutex<Vec<u8>> = Mutex::new(Vec::new());
const RESERVED: usize = 1 << 20;

/// Lays something by for the end. It is address space; nothing is written into it.
pub(crate) fn reserve() {
    if let Ok(mut reserve) = RESERVE.lock() {
        *reserve = vec![0; RESERVED];
    }
}

/// The system's allocator, or the end.
struct OrEnd;

// SAFETY: every call goes to the system's allocator with the caller's arguments, which satisfies the same contract; nothing is done
// with the memory.
unsafe impl GlobalAlloc for OrEnd {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those of `System`.
        memory_or_end(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        memory_or_end(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        memory_or_end(unsafe { System.realloc(pointer, layout, size) }, size)
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn memory_or_end(memory: *mut u8, bytes: usize) -> *mut u8 {
    if memory.is_null() {
        end(bytes);
    }
    memory
}

/// Ends the program; what is left of the memory serves to say so and to remove what was begun.
#[cold]
fn end(bytes: usize) {
    static ENDS: AtomicBool = AtomicBool::new(false);
    /// How long the end of another thread may take.
    const PATIENCE: Duration = Duration::from_secs(1);

    if ENDS.swap(true, Ordering::Relaxed) {
        // Where it is the end itself that has no memory, Rust aborts after this.
        std::thread::sleep(PATIENCE);
        return;
    }
    if let Ok(mut reserve) = RESERVE.try_lock() {
        drop(std::mem::take(&mut *reserve));
    }
    crate::end_at_once(format_args!("out of memory: {bytes} bytes more were needed"));
}

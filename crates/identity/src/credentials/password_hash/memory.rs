//! The memory that Argon2 works in.

use std::fmt;

use argon2::Block;

use super::argon2::CURRENT_MEMORY_KIB;

/// The 19 MiB that a current hash works in: allocated at first use, then used again, because fresh pages cost more
/// than a tenth of the time.
#[derive(Default)]
pub struct WorkingMemory {
    blocks: Vec<Block>,
}

impl WorkingMemory {
    pub(super) const BLOCKS: usize = CURRENT_MEMORY_KIB as usize;

    pub(super) fn blocks(&mut self) -> &mut [Block] {
        if self.blocks.is_empty() {
            self.blocks = vec![Block::new(); Self::BLOCKS];
        }
        &mut self.blocks
    }

    /// Where the memory is, to see that it stays there.
    #[cfg(test)]
    pub(in crate::credentials) fn address(&self) -> usize {
        self.blocks.as_ptr().addr()
    }
}

impl fmt::Debug for WorkingMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WorkingMemory({} KiB)", self.blocks.len())
    }
}

//! How much of a file is read before it is refused.

/// The limits of one file, in decoded UTF-8 bytes except `file_bytes`, which counts what the source gives.
///
/// Together they bound the memory of a reader: some 200 KiB of buffers, `record_bytes`, and 8 bytes for each column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of the file; more is [`Error::FileTooLarge`](super::Error::FileTooLarge).
    pub file_bytes: u64,
    /// Rows that are not blank, without the header; more is [`Error::TooManyRows`](super::Error::TooManyRows).
    pub rows: u64,
    /// Columns of the header (or of the first row); more is [`Error::TooManyColumns`](super::Error::TooManyColumns).
    ///
    /// 10,000 and not the 200 that a person would map: exports of whole directories carry thousands of columns, of
    /// which the importer ignores all but a few, and an ignored column costs little.
    pub columns: usize,
    /// One cell; more refuses the row.
    pub field_bytes: usize,
    /// All cells of one row together; more refuses the row.
    pub record_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 50 * 1024 * 1024,
            rows: 200_000,
            columns: 10_000,
            field_bytes: 64 * 1024,
            record_bytes: 4 * 1024 * 1024,
        }
    }
}

//! The formats, through their public way in.

mod csv_detect;
mod csv_properties;
mod csv_read;
mod csv_samples;

//! The content of an entry, the holes of a sparse file filled with zeros.

use std::io::{self, BufRead, Read};

use super::reader::Item;
use super::source::Data;
use super::sparse::{self, Region};

/// The content of an entry, as [`Item::content`] gives it.
#[derive(Debug)]
pub struct Content<'r, R> {
    data: Data<'r, R>,
    /// The regions that are not read yet; `None` where the data are the content.
    regions: Option<&'r [Region]>,
    /// Where in the file the next byte is.
    at: u64,
    size: u64,
    /// Whether the regions can be read from front to back.
    is_ordered: bool,
}

impl<'r, R> Item<'r, R> {
    /// The whole content: [`super::Entry::size`] bytes. For a sparse file those may be many more than
    /// the archive holds.
    pub fn content(self) -> Content<'r, R> {
        let regions = self.member.sparse.as_ref().map(|sparse| &sparse.regions[..]);
        let is_ordered = regions.is_none_or(sparse::is_ordered);
        Content { data: self.data, regions, at: 0, size: self.member.entry.size, is_ordered }
    }
}

impl<R: BufRead> Read for Content<'_, R> {
    /// # Errors
    ///
    /// The archive cannot be read, ends within the data, or has the regions of a sparse file in such
    /// an order that they cannot be read from front to back.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(regions) = &mut self.regions else { return self.data.read(buffer) };
        if !self.is_ordered {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a sparse file with overlapping regions"));
        }
        while let Some((first, rest)) = regions.split_first()
            && first.end() <= self.at
        {
            *regions = rest;
        }
        let (end, is_hole) = match regions.first() {
            Some(region) if region.offset > self.at => (region.offset, true),
            Some(region) => (region.end(), false),
            None => (self.size, true),
        };
        let left = end.min(self.size).saturating_sub(self.at);
        let wanted = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let length = if is_hole {
            buffer[..wanted].fill(0);
            wanted
        } else {
            self.data.read(&mut buffer[..wanted])?
        };
        if length == 0 && wanted > 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a region of a sparse file without data"));
        }
        self.at += length as u64;
        Ok(length)
    }
}

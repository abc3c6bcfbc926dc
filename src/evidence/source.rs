//! The lines of a log, plain or gzip, in constant memory.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

/// How much is asked for at a time.
const BUFFER: usize = 256 * 1024;
/// A longer line is passed over.
const LONGEST: usize = 64 * 1024;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a source was made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Bytes, after decompression.
    pub(super) bytes: u64,
    /// Lines, the overlong ones included.
    pub(super) lines: u64,
    /// Lines that were too long to be looked at.
    pub(super) overlong: u64,
    /// Whether it is a gzip file that ends, or turns into something else, in the middle.
    pub(super) cut: bool,
    /// Whether nothing ends its last line.
    pub(super) unended: bool,
}

/// Hands every line of `source`, without its end, to `take`.
///
/// What begins as gzip does is decompressed. Where that fails, the whole lines before count.
///
/// # Errors
/// Whatever reading fails with.
pub(super) fn each_line(source: &mut dyn Read, mut take: impl FnMut(&[u8])) -> io::Result<Extent> {
    let mut head = [0; 2];
    let mut known = 0;
    while let Some(free) = head.get_mut(known..).filter(|free| !free.is_empty()) {
        match read(source, free)? {
            0 => break,
            count => known += count,
        }
    }
    let mut source = head.get(..known).unwrap_or_default().chain(source);
    if head == GZIP {
        lines(&mut MultiGzDecoder::new(source), true, &mut take)
    } else {
        lines(&mut source, false, &mut take)
    }
}

fn lines(source: &mut dyn Read, packed: bool, take: &mut impl FnMut(&[u8])) -> io::Result<Extent> {
    let mut extent = Extent::default();
    let mut buffer = vec![0; BUFFER + LONGEST];
    // How much of the buffer is the beginning of a line.
    let mut kept = 0;
    // Whether the rest of a line that was too long is being passed over.
    let mut skipping = false;
    while let Some(free) = buffer.get_mut(kept..) {
        let count = match read(source, free) {
            Ok(count) => count,
            Err(error) if packed && is_damage(&error) => {
                extent.cut = true;
                0
            }
            Err(error) => return Err(error),
        };
        if count == 0 {
            break;
        }
        extent.bytes += count as u64;
        let filled = kept + count;
        let text = buffer.get(..filled).unwrap_or_default();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text.get(kept..).unwrap_or_default()) {
            let end = kept + end;
            extent.lines += 1;
            let line = text.get(start..end).unwrap_or_default();
            start = end + 1;
            if std::mem::take(&mut skipping) || line.len() > LONGEST {
                extent.overlong += 1;
            } else {
                take(line.strip_suffix(b"\r").unwrap_or(line));
            }
        }
        if skipping || filled - start > LONGEST {
            skipping = true;
            kept = 0;
        } else {
            buffer.copy_within(start..filled, 0);
            kept = filled - start;
        }
    }
    if skipping || kept > 0 {
        extent.lines += 1;
        if skipping {
            extent.overlong += 1;
        } else if !extent.cut {
            extent.unended = true;
            let line = buffer.get(..kept).unwrap_or_default();
            take(line.strip_suffix(b"\r").unwrap_or(line));
        }
    }
    Ok(extent)
}

fn read(source: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Whether decompression failed rather than reading.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::{self, Read, Write as _};

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::{Extent, LONGEST, each_line};

    fn lines(mut source: impl Read) -> (Vec<String>, Extent) {
        let mut lines = Vec::new();
        let extent = each_line(&mut source, |line| {
            lines.push(String::from_utf8(line.to_vec()).unwrap());
        });
        (lines, extent.unwrap())
    }

    fn pack(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// Gives one byte at a time.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn lines_end_as_they_like() {
        for text in ["a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n", "a\nb\n\nc"] {
            for (lines, extent) in [
                lines(text.as_bytes()),
                lines(Trickle(text.as_bytes())),
                lines(&pack(text.as_bytes())[..]),
            ] {
                assert_eq!(lines, ["a", "b", "", "c"]);
                let bytes = text.len() as u64;
                let unended = !text.ends_with('\n');
                assert_eq!(extent, Extent { bytes, lines: 4, overlong: 0, cut: false, unended });
            }
        }
        assert_eq!(lines(&b""[..]), (vec![], Extent::default()));
        assert_eq!(lines(&b"x"[..]).0, ["x"]);
    }

    #[test]
    fn lines_are_whole_across_buffers_and_the_overlong_are_passed_over() {
        let fits = "f".repeat(LONGEST);
        let mut text = String::new();
        for number in 0..20_000 {
            writeln!(text, "line {number} of many").unwrap();
        }
        for length in [LONGEST, LONGEST + 1, 3 * LONGEST, 10 << 20] {
            text.push_str(&"x".repeat(length));
            text.push_str("\nafter\n");
        }
        text.push_str(&fits);
        let (lines, extent) = lines(text.as_bytes());
        assert_eq!(extent.overlong, 3);
        assert_eq!(extent.lines, 20_000 + 8 + 1);
        assert_eq!(lines.len(), 20_000 + 5 + 1);
        assert!(
            lines[..20_000]
                .iter()
                .enumerate()
                .all(|(number, line)| { *line == format!("line {number} of many") })
        );
        assert_eq!(lines.iter().filter(|line| *line == "after").count(), 4);
        assert_eq!(*lines.last().unwrap(), fits);
    }

    #[test]
    fn an_overlong_last_line_is_counted() {
        let (lines, extent) = lines(&vec![b'x'; LONGEST + 1][..]);
        assert_eq!((lines.len(), extent.lines, extent.overlong), (0, 1, 1));
    }

    #[test]
    fn several_gzip_members_are_one_text() {
        let packed = [pack(b"a\nb"), pack(b"c\nd\n")].concat();
        assert_eq!(lines(&packed[..]).0, ["a", "bc", "d"]);
    }

    #[test]
    fn damaged_gzip_gives_what_it_has() {
        let mut text = String::new();
        for number in 0..5_000 {
            writeln!(text, "line {number}").unwrap();
        }
        let packed = pack(text.as_bytes());
        let (some, extent) = lines(&packed[..packed.len() / 2]);
        assert!(extent.cut);
        assert!((100..5_000).contains(&some.len()), "{}", some.len());
        assert!(lines(&packed[..packed.len() - 3]).1.cut);
        assert!(!lines(&packed[..]).1.cut);
        let (all, extent) = lines(&[&packed[..], b"garbage"].concat()[..]);
        assert!(extent.cut);
        assert_eq!(all.len(), 5_000);
    }

    #[test]
    fn a_source_that_fails_is_an_error() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::PermissionDenied.into())
            }
        }
        assert!(each_line(&mut Broken, |_| {}).is_err());
        assert!(each_line(&mut (&b"a\n"[..]).chain(Broken), |_| {}).is_err());
    }
}

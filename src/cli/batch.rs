//! Many secrets: one in each line, answered in order, in memory that does not grow with their
//! number.

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::answer::{Asking, no_secret};
use super::failure::{Failure, Outcome, exit};
use super::session::Session;
use super::sources::{Sources, Spot};

use crate::fs;
use crate::key::token::Malformed;
use crate::vault::document::LONGEST_TEXT;
use crate::verify::without_line_end;

/// How much is read at a time, in bytes. A longer line is no secret.
const CHUNK: usize = LONGEST_TEXT + 1;
/// How many bytes of answers are kept, to be given again.
const MOST_KEPT: usize = 64 * 1024 * 1024;
/// How much is gathered before it is written, in bytes.
const ENOUGH: usize = 64 * 1024;

/// A line that is an object: what heare-auth is sent.
#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    api_key: Cow<'a, str>,
}

/// An answer that is given again for the same version.
#[derive(Clone)]
struct Kept {
    is_good: bool,
    text: Box<str>,
}

/// The work on one stream.
struct Batch<'a> {
    session: &'a Session,
    asking: &'a Asking<'a>,
    sources: Sources<'a>,
    /// By source, and the place there.
    kept: Vec<Vec<Option<Kept>>>,
    kept_bytes: usize,
    out: Vec<u8>,
    /// Whether there was any secret, and whether all were good.
    is_empty: bool,
    all_good: bool,
    /// Why the first one could not be judged that could not.
    locked: Option<Failure>,
}

/// Answers for each line of a file or of standard input.
pub(super) fn run(
    session: &Session,
    file: Option<&Path>,
    asking: &Asking<'_>,
    mut sources: Sources<'_>,
) -> Outcome {
    sources.open_all()?;
    sources.expect_many();
    let mut batch = Batch {
        session,
        asking,
        sources,
        kept: Vec::new(),
        kept_bytes: 0,
        out: Vec::with_capacity(2 * ENOUGH),
        is_empty: true,
        all_good: true,
        locked: None,
    };
    if let Some(path) = file.filter(|path| *path != Path::new("-")) {
        batch.read(fs::open_named(path)?, path)?;
    } else {
        session.stdin_is_free("secrets")?;
        batch.read(std::io::stdin().lock(), Path::new("standard input"))?;
    }
    batch.sources.tell_past();
    if let Some(failure) = batch.locked {
        return Err(failure);
    }
    match (batch.is_empty, batch.all_good) {
        (true, _) => Err(no_secret("what was read is empty")),
        (false, true) => Ok(()),
        (false, false) => Err(Failure::no()),
    }
}

impl Batch<'_> {
    /// Reads to the end; what can be answered is written before more is waited for.
    fn read(&mut self, mut from: impl Read, name: &Path) -> Outcome {
        let mut buffer = Zeroizing::new(vec![0; CHUNK]);
        let mut filled = 0;
        // Whether the line that is being read is too long, so that its end is waited for.
        let mut is_long = false;
        loop {
            let read = match from.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                read => read.map_err(|error| fs::Error::reading(name, error))?,
            };
            filled += read;
            let mut start = 0;
            for end in memchr::memchr_iter(b'\n', &buffer[..filled]) {
                let line = &buffer[start..end];
                self.line(if is_long { None } else { Some(line) })?;
                is_long = false;
                start = end + 1;
            }
            if read == 0 {
                if is_long || start < filled {
                    self.line(Some(&buffer[start..filled]).filter(|_| !is_long))?;
                }
                return self.write();
            }
            self.write()?;
            buffer.copy_within(start..filled, 0);
            filled -= start;
            if filled == buffer.len() {
                (filled, is_long) = (0, true);
            }
        }
    }

    /// Answers for a line; `None` is one that is too long.
    fn line(&mut self, line: Option<&[u8]>) -> Outcome {
        let Some(line) = line else {
            self.is_empty = false;
            let said = self.asking.malformed(&self.sources, &Malformed::Long(LONGEST_TEXT))?;
            return self.push(said.is_good, &said.text);
        };
        // What is no text is malformed, which is an answer like others.
        let text = match std::str::from_utf8(line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(line),
        };
        let text = without_line_end(&text);
        if text.bytes().all(|b| b.is_ascii_whitespace()) {
            return Ok(());
        }
        self.is_empty = false;
        let object = if text.starts_with('{') { serde_json::from_str(text).ok() } else { None };
        match object {
            Some(Object { api_key }) => self.secret(&api_key, false),
            None => self.secret(text, text.starts_with('{')),
        }
    }

    /// Answers for a secret; for one that only an unlocked vault knows of, that it cannot be told.
    fn secret(&mut self, secret: &str, is_bad_object: bool) -> Outcome {
        match self.judge(secret, is_bad_object) {
            Err(failure) if failure.code == exit::LOCKED => {
                // What was tried is told at the end.
                let why = failure.message.lines().next().unwrap_or_default();
                let said = self.asking.locked(&self.sources, why)?;
                self.locked.get_or_insert(failure);
                self.push(said.is_good, &said.text)
            }
            done => done,
        }
    }

    fn judge(&mut self, secret: &str, is_bad_object: bool) -> Outcome {
        let Some(spot) = self.sources.look_up(secret)? else {
            let said = if is_bad_object {
                self.sources.all_looked_in(secret)?;
                let fault = "neither a key nor a JSON object with one as `api_key`";
                self.asking.malformed(&self.sources, &fault)?
            } else {
                self.asking.answer_not_found(&self.sources, secret)?
            };
            return self.push(said.is_good, &said.text);
        };
        if let Some(kept) = self.kept.get(spot.place).and_then(|of| of.get(spot.at)?.as_ref()) {
            self.out.extend_from_slice(kept.text.as_bytes());
            self.all_good &= kept.is_good;
            return self.write_enough();
        }
        let said = self.asking.answer_found(&self.sources, spot)?;
        self.push(said.is_good, &said.text)?;
        self.keep(spot, Kept { is_good: said.is_good, text: said.text.into() });
        Ok(())
    }

    fn keep(&mut self, spot: Spot, answer: Kept) {
        self.kept_bytes += answer.text.len();
        if self.kept_bytes > MOST_KEPT {
            (self.kept, self.kept_bytes) = (Vec::new(), answer.text.len());
        }
        if self.kept.len() <= spot.place {
            self.kept.resize(spot.place + 1, Vec::new());
        }
        let of = &mut self.kept[spot.place];
        if of.len() <= spot.at {
            of.resize(spot.at + 1, None);
        }
        of[spot.at] = Some(answer);
    }

    fn push(&mut self, is_good: bool, text: &str) -> Outcome {
        self.all_good &= is_good;
        self.out.extend_from_slice(text.as_bytes());
        self.write_enough()
    }

    fn write_enough(&mut self) -> Outcome {
        if self.out.len() >= ENOUGH { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Outcome {
        self.session.ui.data(&self.out)?;
        self.out.clear();
        Ok(())
    }
}

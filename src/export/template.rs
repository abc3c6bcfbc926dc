//! A form of the user's own: a Jinja template that sees the fields of our [JSON](super::json).
//!
//! A template is text that somebody wrote and may have got from somebody: it reads no file, knows no
//! other template, and its steps and what it writes are bounded. What is not there is an error, not
//! nothing. A line with nothing but a block on it leaves no empty line, and the last line feed stays.
//! Nothing is escaped by itself; the filters `json`, `shell` and `base64` do it.

use std::fmt;
use std::io;
use std::panic::resume_unwind;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, filters};
use zeroize::Zeroizing;

use super::json::{Export, line};
use super::words::shell;
use super::{Contents, ExportError};

/// How many steps a template may take.
const STEPS: u64 = 20_000_000;
/// The stack that a template may take, in bytes; of memory it takes what it needs.
const STACK: usize = 512 * 1024 * 1024;
/// How many bytes a template may write.
const MOST: usize = 64 * 1024 * 1024;

/// A template that can be read.
#[derive(Clone)]
pub struct Template {
    name: String,
    source: String,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({}, {} bytes)", self.name, self.source.len())
    }
}

impl Template {
    /// The largest file that is taken for a template, in bytes.
    pub const MOST_SOURCE: u64 = 128 * 1024;

    /// A template; `name` is what errors call it.
    pub fn new(name: String, source: String) -> Result<Self, ExportError> {
        let template = Self { name, source };
        template.roomy(|| template.prepared().map(drop).map_err(|error| template.fault(&error)))?;
        Ok(template)
    }

    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        self.roomy(|| self.written(contents))
    }

    /// Does it with a stack that holds the longest chain of operators that a template has room for:
    /// each of them is a step down in the engine.
    fn roomy<T: Send>(
        &self,
        work: impl FnOnce() -> Result<T, ExportError> + Send,
    ) -> Result<T, ExportError> {
        thread::scope(|scope| {
            let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            let worker = worker.map_err(|error| self.error(None, error.to_string()))?;
            worker.join().unwrap_or_else(|cause| resume_unwind(cause))
        })
    }

    fn written(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let fault = |error: Error| self.fault(&error);
        let environment = self.prepared().map_err(fault)?;
        let template = environment.get_template(NAME).map_err(fault)?;
        let fields = Value::from(Serde(Export::of(contents)));
        let render = |sink: &mut Sink| -> Result<(), ExportError> {
            let rendered = template.render_captured_to(&fields, &mut *sink);
            if sink.over {
                let what = format!("what the template {} writes", self.name);
                return Err(ExportError::TooLarge { what, bytes: MOST + 1, most: MOST });
            }
            rendered.map(drop).map_err(fault)
        };
        // Twice: a buffer that grew would leave copies of secrets behind.
        let mut count = Sink { bytes: None, len: 0, over: false };
        render(&mut count)?;
        let bytes = Some(Zeroizing::new(Vec::with_capacity(count.len)));
        let mut sink = Sink { bytes, len: 0, over: false };
        render(&mut sink)?;
        let bytes = sink.bytes.unwrap_or_default();
        if bytes.trim_ascii().is_empty() {
            return Err(self.error(None, "it writes nothing".to_owned()));
        }
        Ok(bytes)
    }

    /// Whether a line can come from this template: it begins and ends as one of its lines does, up
    /// to the first and from the last thing that is filled in.
    pub(super) fn is_own_line(&self, line: &str) -> bool {
        self.source.lines().map(str::trim).any(|own| {
            let opens = ["{{", "{%", "{#"].into_iter().filter_map(|mark| own.find(mark)).min();
            let closes = ["}}", "%}", "#}"].into_iter().filter_map(|mark| own.rfind(mark)).max();
            let head = opens.map_or("", |at| &own[..at]);
            let tail = closes.map_or("", |at| &own[at + 2..]);
            head.len() + tail.len() > 0
                && line.len() >= head.len() + tail.len()
                && line.starts_with(head)
                && line.ends_with(tail)
        })
    }

    fn prepared(&self) -> Result<Environment<'_>, Error> {
        let mut environment = Environment::empty();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_syntax(
            SyntaxConfig::builder()
                .keep_trailing_newline(true)
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()?,
        );
        environment.set_fuel(Some(STEPS));
        add_common(&mut environment);
        environment.add_filter("json", json);
        environment.add_filter("tojson", json);
        environment.add_filter("shell", |text: &str| shell(text));
        environment.add_filter("base64", |text: &str| STANDARD.encode(text));
        environment.add_template(NAME, &self.source)?;
        Ok(environment)
    }

    /// What went wrong and where. The words of an error at reading are of the template; those of one
    /// at filling in could be of a secret, so only its kind is told.
    fn fault(&self, error: &Error) -> ExportError {
        let why = match error.kind() {
            ErrorKind::SyntaxError => error.detail().unwrap_or("a mistake in the template"),
            ErrorKind::UndefinedError => "there is no such field or variable",
            ErrorKind::UnknownFilter => "there is no such filter",
            ErrorKind::UnknownTest => "there is no such test",
            ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => "there is no such function",
            ErrorKind::OutOfFuel => "it takes too many steps",
            ErrorKind::TooManyArguments | ErrorKind::MissingArgument => "too many or few arguments",
            ErrorKind::BadEscape => "a text in it has a wrong escape",
            _ => "this cannot be done with such a value",
        };
        self.error(error.line(), why.to_owned())
    }

    fn error(&self, line: Option<usize>, why: String) -> ExportError {
        ExportError::Template { name: self.name.clone(), line, why }
    }
}

/// What lists and texts need, of all that the engine could do.
fn add_common(environment: &mut Environment<'_>) {
    environment.add_filter("default", filters::default);
    environment.add_filter("first", filters::first);
    environment.add_filter("indent", filters::indent);
    environment.add_filter("items", filters::items);
    environment.add_filter("join", filters::join);
    environment.add_filter("last", filters::last);
    environment.add_filter("length", filters::length);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("map", filters::map);
    environment.add_filter("rejectattr", filters::rejectattr);
    environment.add_filter("replace", filters::replace);
    environment.add_filter("selectattr", filters::selectattr);
    environment.add_filter("upper", filters::upper);
    environment.add_test("defined", minijinja::tests::is_defined);
    environment.add_test("eq", minijinja::tests::is_eq);
    environment.add_test("equalto", minijinja::tests::is_eq);
    environment.add_test("in", minijinja::tests::is_in);
    environment.add_test("none", minijinja::tests::is_none);
    environment.add_test("undefined", minijinja::tests::is_undefined);
}

/// What the engine knows the one template by.
const NAME: &str = "template";

#[expect(clippy::needless_pass_by_value, reason = "the engine hands over a value")]
fn json(value: Value) -> String {
    String::from_utf8(std::mem::take(&mut *line(&value, ""))).unwrap_or_default()
}

/// Counts what is written, keeps it where that is wanted, and ends at the limit.
struct Sink {
    bytes: Option<Zeroizing<Vec<u8>>>,
    len: usize,
    over: bool,
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.len += bytes.len();
        if self.len > MOST {
            self.over = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if let Some(kept) = &mut self.bytes {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ExportError, Template};

    #[test]
    fn a_mistake_is_told_with_its_line() {
        for (source, line) in [("{{ a", 1), ("a\n{% for x %}\n", 2), ("{% include 'x' %}", 1)] {
            let error = Template::new("t.j2".to_owned(), source.to_owned()).unwrap_err();
            assert!(
                matches!(&error, ExportError::Template { line: Some(at), .. } if *at == line),
                "{source}: {error}"
            );
        }
    }

    #[test]
    fn a_line_is_known_by_what_is_not_filled_in() {
        let source =
            "# {{ generation }} of us\n{% for k in keys %}\n{{ k.secret }}\n{% endfor %}\n"
                .to_owned();
        let template = Template::new("t".to_owned(), source).unwrap();
        assert!(template.is_own_line("# 7 of us"));
        assert!(!template.is_own_line("# 7") && !template.is_own_line("mine"));
    }
}

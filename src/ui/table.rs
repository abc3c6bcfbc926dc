//! Tables without borders: a heading, rows, two spaces between the columns.

use std::borrow::Cow;

use comfy_table::{ColumnConstraint, ContentArrangement, presets};
use unicode_width::UnicodeWidthStr as _;

use super::color::{RESET, Style};
use super::sanitize::clean;

/// What stands between two columns.
const GAP: &str = "  ";

/// Rows under headings; hand it to [`Ui::table`](super::Ui::table).
#[derive(Debug, Clone)]
pub struct Table {
    headers: Vec<String>,
    rows: Vec<Vec<Cell>>,
    /// From this column on nothing is wrapped.
    whole_from: usize,
}

/// One field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it says; escaped when it is rendered.
    pub text: String,
    /// How it looks where colour is on. A column with styled cells is never wrapped.
    pub style: Option<Style>,
}

impl Cell {
    /// A cell in a style.
    #[must_use]
    pub fn styled(style: Style, text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Some(style) }
    }

    /// The text between a style's mark and [`END`]. Marks take no width, so the layout does not
    /// see them, and [`clean`] has left none in the text itself.
    fn marked(&self) -> String {
        let text = clean(&self.text);
        match self.style {
            Some(style) => format!("{}{text}{END}", mark(style)),
            None => text.into_owned(),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, style: None }
    }
}

impl Table {
    /// A table with these headings and no rows.
    #[must_use]
    pub fn new(headers: &[&str]) -> Self {
        let headers = headers.iter().map(|&header| header.to_owned()).collect();
        Self { headers, rows: Vec::new(), whole_from: usize::MAX }
    }

    /// Never wraps this column and those after it: half a date or fingerprint says nothing.
    #[must_use]
    pub fn whole_from(self, column: usize) -> Self {
        Self { whole_from: column, ..self }
    }

    /// Adds a row, a cell for each heading.
    pub fn row(&mut self, cells: Vec<Cell>) -> &mut Self {
        self.rows.push(cells);
        self
    }

    /// Lines of text, each ended by a newline. With a width, long cells wrap to fit it; without,
    /// every row is one line.
    #[must_use]
    pub fn render(&self, width: Option<usize>, color: bool) -> String {
        let widths = self.widths();
        let natural = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
        match width {
            Some(width) if natural > width => self.wrapped(width, color),
            _ => self.flat(&widths, color),
        }
    }

    /// How wide each column is when nothing is wrapped.
    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> =
            self.headers.iter().map(|header| width_of(&clean(header))).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(width_of(&clean(&cell.text)));
            }
        }
        widths
    }

    /// One line a row: no layout to find, so that thousands of rows cost nothing.
    fn flat(&self, widths: &[usize], color: bool) -> String {
        let line = widths.iter().sum::<usize>() + GAP.len() * widths.len() + 1;
        let mut out = String::with_capacity(line * (self.rows.len() + 1));
        let mut push =
            |cells: &mut dyn Iterator<Item = (Cow<'_, str>, Option<Style>)>| {
                for ((text, style), width) in cells.zip(widths) {
                    out.push_str(&style.map_or(Cow::Borrowed(&*text), |style| {
                        Cow::Owned(style.paint(&text, color))
                    }));
                    let blank = width - width_of(&text) + GAP.len();
                    out.extend(std::iter::repeat_n(' ', blank));
                }
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            };
        push(&mut self.headers.iter().map(|header| (clean(header), None)));
        for row in &self.rows {
            push(&mut row.iter().map(|cell| (clean(&cell.text), cell.style)));
        }
        out
    }

    /// Long cells wrapped to fit.
    fn wrapped(&self, width: usize, color: bool) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_header(self.headers.iter().map(|text| clean(text)));
        for row in &self.rows {
            table.add_row(row.iter().map(Cell::marked));
        }
        let last = table.column_count().saturating_sub(1);
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, if index == last { 0 } else { 2 }));
            let is_styled =
                |row: &Vec<Cell>| row.get(index).is_some_and(|cell| cell.style.is_some());
            if index >= self.whole_from || self.rows.iter().any(is_styled) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(width).unwrap_or(u16::MAX));
        unmark(&table.trim_fmt(), color) + "\n"
    }
}

/// How many columns a text takes that has nothing in it without a place of its own.
fn width_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

const END: char = '\u{2060}';

const STYLES: [(char, Style); 5] = [
    ('\u{2061}', Style::Good),
    ('\u{2062}', Style::Warn),
    ('\u{2063}', Style::Bad),
    ('\u{2064}', Style::Dim),
    ('\u{206b}', Style::Accent),
];

fn mark(style: Style) -> char {
    STYLES.iter().find(|(_, known)| *known == style).map_or(END, |(mark, _)| *mark)
}

fn unmark(text: &str, color: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let code = match STYLES.iter().find(|(mark, _)| *mark == c) {
            Some((_, style)) => style.begin(),
            None if c == END => RESET,
            None => {
                out.push(c);
                continue;
            }
        };
        if color {
            out.push_str(code);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Cell, STYLES, Style, Table};

    fn sample() -> Table {
        let mut table = Table::new(&["KEY", "STATE", "NOTE"]);
        table
            .row(vec![
                "prod/web".into(),
                Cell::styled(Style::Good, "active"),
                "the front door".into(),
            ])
            .row(vec![
                "prod/b".into(),
                Cell::styled(Style::Warn, "retiring"),
                String::new().into(),
            ]);
        table
    }

    #[test]
    fn columns_are_aligned_and_lines_end_clean() {
        let expected = "KEY       STATE     NOTE\n\
                        prod/web  active    the front door\n\
                        prod/b    retiring\n";
        assert_eq!(sample().render(None, false), expected);
        assert_eq!(sample().render(Some(80), false), expected);
    }

    #[test]
    fn colour_changes_no_column() {
        let text = sample().render(None, true);
        assert!(text.contains("prod/web  \x1b[32mactive\x1b[0m    the front door\n"));
        assert!(text.contains("\x1b[33mretiring\x1b[0m\n"));
    }

    #[test]
    fn every_style_has_a_mark_without_width() {
        for (_, style) in STYLES {
            let mut table = Table::new(&["A", "B"]);
            table.row(vec![Cell::styled(style, "x"), "y".into()]);
            assert_eq!(table.render(Some(80), false), "A  B\nx  y\n");
            let painted = format!("A  B\n{}  y\n", style.paint("x", true));
            assert_eq!(table.render(Some(80), true), painted);
        }
    }

    #[test]
    fn a_long_cell_wraps_on_a_terminal_only() {
        let mut table = Table::new(&["KEY", "NOTE"]);
        table.row(vec!["prod/web".into(), "many words ".repeat(20).into()]);
        assert_eq!(table.render(None, false).lines().count(), 2);
        let narrow = table.render(Some(40), false);
        assert!(narrow.lines().count() > 5);
        assert!(narrow.lines().all(|line| line.len() <= 40 && line.trim_end() == line));
        assert!(narrow.contains("prod/web  many words"));
    }

    #[test]
    fn cells_cannot_steer_the_terminal_or_the_layout() {
        let mut table = Table::new(&["KEY"]);
        table.row(vec!["a\x1b[31m\nb\u{2061}".into()]);
        assert_eq!(table.render(None, true), "KEY\na\\u{1b}[31m\\u{a}b\\u{2061}\n");
    }
}

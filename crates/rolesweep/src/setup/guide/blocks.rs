//! What the guide is made of, for a terminal and for a page.

use crate::terminal::text;

/// How wide the guide is on a terminal. A long ARN in a command may be wider.
pub(super) const WIDTH: usize = 80;

/// How wide a page is.
#[cfg(test)]
const PAGE_WIDTH: usize = 140;

/// A part of a step.
#[derive(Debug)]
pub(super) enum Block {
    /// A paragraph.
    Text(String),
    /// One command, to be pasted into a shell.
    Command(String),
}

/// One step, with its blocks in order.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

impl Step {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.blocks.push(Block::Text(text.into()));
        self
    }

    pub(super) fn command(mut self, command: impl Into<String>) -> Self {
        self.blocks.push(Block::Command(command.into()));
        self
    }
}

/// The steps for a terminal.
pub(super) fn terminal(steps: &[Step]) -> String {
    let mut guide = String::new();
    for (number, step) in (1..).zip(steps) {
        guide.push_str(&format!("\n{number}. {}\n", step.title));
        let mut after_command = false;
        for block in &step.blocks {
            match block {
                Block::Text(words) => guide.push_str(&format!("\n{}\n", paragraph(words))),
                // Commands that follow each other are one group.
                Block::Command(command) => {
                    let gap = if after_command { "" } else { "\n" };
                    guide.push_str(&format!("{gap}    {}\n", command.replace('\n', "\n    ")));
                }
            }
            after_command = matches!(block, Block::Command(_));
        }
    }
    guide
}

/// A paragraph for a terminal.
pub(super) fn paragraph(words: &str) -> String {
    text::wrap(words, WIDTH, 0)
}

/// Words and their meanings for a terminal, in two columns.
pub(super) fn table(rows: &[(&str, &str)]) -> String {
    let first = rows.iter().map(|(word, _)| word.len()).max().unwrap_or_default();
    let row = |(word, meaning): &(&str, &str)| {
        let indent = 4 + first + 2;
        format!("    {word:first$}  {}\n", text::wrap(meaning, WIDTH, indent))
    };
    rows.iter().map(row).collect()
}

/// The steps for a page.
#[cfg(test)]
pub(super) fn markdown(steps: &[Step]) -> String {
    let mut page = String::new();
    for (number, step) in (1..).zip(steps) {
        page.push_str(&format!("\n### {number}. {}\n", step.title));
        let mut blocks = step.blocks.iter().peekable();
        while let Some(block) = blocks.next() {
            match block {
                Block::Text(words) => page.push_str(&format!("\n{}\n", text::wrap(words, PAGE_WIDTH, 0))),
                Block::Command(command) => {
                    page.push_str(&format!("\n```sh\n{command}\n"));
                    while let Some(Block::Command(command)) =
                        blocks.next_if(|next| matches!(next, Block::Command(_)))
                    {
                        page.push_str(&format!("{command}\n"));
                    }
                    page.push_str("```\n");
                }
            }
        }
    }
    page
}

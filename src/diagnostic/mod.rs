//! What reading found wrong: one closed enum that every reading layer appends to and checks of group validity report.

use crate::source::{Span, Version};

/// One thing that is wrong with a text, at the words that are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The offending words.
    pub span: Span,
    /// What is wrong with them.
    pub kind: Kind,
}

impl Diagnostic {
    /// A diagnostic of `kind` at `span`.
    pub const fn new(span: Span, kind: Kind) -> Self {
        Self { span, kind }
    }
}

/// What can be wrong. Payloads are what a message needs beyond the text of the span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    // --- source ---
    /// A byte order mark before the first statement.
    ByteOrderMark,
    /// A NUL byte.
    NulByte,
    /// An `include` of a file that is not where it should be.
    MissingInclude,
    /// An `include` of a directory.
    DirectoryIncluded,
    /// An `include` with a pattern that matches this link, which leads nowhere.
    DanglingLink(Box<str>),
    /// An `include` that leads back to a file that it stands in.
    IncludeCycle,
    /// An `include` of more files, or deeper, than is followed.
    TooManyIncludes,
    // --- syntax ---
    /// The last line does not end with a newline.
    MissingFinalNewline,
    /// A quote that is never closed.
    UnmatchedQuote,
    /// `\x` without two hexadecimal digits.
    BadEscape,
    /// `$` in double quotes without a usable variable name, or an unclosed `${`.
    BadVariable,
    /// More words on a line than the program takes (its limit).
    TooManyWords(u32),
    /// An empty word: it ends the statement, everything after it is ignored (since when it is refused instead).
    EmptyWord,
    /// A backslash at the end of a line: the dialect has no continuation lines.
    LineContinuation,
    /// A statement before the first section.
    OutsideSection,
    /// `.elif`, `.else` or `.endif` that belongs to no open `.if`, or comes after `.else`.
    UnexpectedBranch,
    /// An `.if` that is never closed.
    UnclosedBranch,
    /// Nesting deeper than the reader follows (its limit).
    TooDeep(u32),
    /// A condition that cannot be read.
    BadCondition(&'static str),
    /// A `.word` that is no directive of the preprocessor.
    UnknownPreprocessorWord,
    /// Words after `.else` or `.endif`, or after the one word of a message.
    ExtraPreprocessorWord,
    /// An empty word at the end of a statement: without effect, but refused by newer versions.
    TrailingEmptyWord,
    /// A carriage return in the middle of a line: the rest of the line is ignored.
    StrayCarriageReturn,
    /// A line that begins with `[` but is no scope `[name]`.
    BadScope,
    /// `;` or `{` without words before it, or `}` without an open block.
    UnexpectedTerminator,
    /// A `}` where a statement is not yet ended by `;` (the statement).
    MissingTerminator(Span),
    /// The text ends inside a statement (the statement).
    UnexpectedEnd(Span),
    /// The text ends inside a quote (the quote).
    UnclosedQuote(Span),
    /// Something that may not follow a closing quote directly (the word in quotes).
    TextAfterQuote(Span),
    /// The text ends inside a block (its header, or its brace).
    UnclosedBlock(Span),
    /// A block where only entries may stand.
    BlockAmongEntries,
    /// A word with braces that opens a block in its middle, because it is not in quotes.
    BraceInWord,
    /// A word or a comment that does not fit into the program's buffer (its size).
    TooLong(u32),
    /// A long bracket of Lua that is never closed.
    UnclosedLongBracket,
    /// A text that breaks the rules of its notation, YAML or JSON (what is wrong).
    BadNotation(&'static str),
    /// A string that is never closed, at its opening quote.
    UnclosedString,
    /// A list, an object or an array that is never closed, at its opening bracket.
    UnclosedBracket,
    /// A mapping or a list in the place of a key, at its opening bracket.
    KeyNotText,
    /// A tab in the indentation of YAML.
    TabIndentation,
    /// A comment in JSON.
    CommentInJson,
    /// An alias of an anchor that does not stand before it.
    UnknownAnchor,
    /// An alias inside what its own anchor names.
    AliasCycle,
    // --- validate ---
    /// A word that opens no known statement of the section (the section; the nearest known word).
    UnknownKeyword {
        /// The section, or the family such as `option`.
        within: Box<str>,
        /// The nearest known word.
        suggestion: Option<Box<str>>,
    },
    /// A parameter that the statement does not have (the statement; the nearest that it has).
    UnknownParameter {
        /// The statement.
        within: Box<str>,
        /// The nearest parameter.
        suggestion: Option<Box<str>>,
    },
    /// A statement that exists, in a section where it does not (the statement; where it is accepted).
    Misplaced {
        /// The section it stands in.
        within: Box<str>,
        /// Where it would be accepted.
        accepted_in: Box<str>,
    },
    /// A statement that the program reads over, with a warning (the section).
    IgnoredHere(Box<str>),
    /// `no` or `default` before a statement that takes neither.
    PrefixRefused,
    /// A block where `;` belongs: the statement takes none (the statement).
    UnexpectedBlock(Box<str>),
    /// A `;` where a block belongs (the statement).
    MissingBlock(Box<str>),
    /// Fewer arguments than the statement needs (the statement).
    MissingArgument(Box<str>),
    /// More arguments than the statement takes (the statement).
    ExtraArgument(Box<str>),
    /// An entry with fewer or more words than the two that its block wants.
    EntryLength {
        /// The block.
        within: Box<str>,
        /// Whether they are more.
        is_longer: bool,
    },
    /// A value that the program refuses (what it wants).
    InvalidValue(Box<str>),
    /// A value that the program refuses, where what was meant is plain.
    Misspelt {
        /// What it wants.
        wanted: &'static str,
        /// What to write.
        write: Box<str>,
    },
    /// A word that is none of those that are possible.
    UnknownValue {
        /// Those that are, or the first of them.
        known: Box<str>,
        /// The nearest of them.
        suggestion: Option<Box<str>>,
    },
    /// A value that the program accepts and reads as something else (what it reads).
    Coerced(Box<str>),
    /// Gone from the version that will run it.
    Removed {
        /// The first version that refuses it.
        since: Version,
        /// What to write instead; empty if nothing.
        instead: &'static str,
    },
    /// Gone, and not known since when.
    GoneBy {
        /// A version that refuses it.
        version: Version,
        /// What to write instead; empty if nothing.
        instead: &'static str,
    },
    /// Not yet in the version that will run it (the first that has it).
    TooNew(Version),
    /// Two parts that exclude each other (why).
    Conflict(Box<str>),
    /// A statement that may stand only once in its block (the first one).
    Repeated(Span),
    /// A message without a field that must be set (the message's type; the field).
    MissingField {
        /// The type, without its package.
        within: Box<str>,
        /// The field, or the fields of which one must be set.
        field: Box<str>,
    },
    /// A time that is a bare number, and short (the setting; how many milliseconds it is).
    Unitless {
        /// The statement or the parameter.
        setting: Box<str>,
        /// What the program reads.
        milliseconds: u32,
    },
    /// Still accepted, with a warning (what to write instead; empty if nothing).
    Deprecated(&'static str),
    /// A block that lacks what the program wants in it (what is missing).
    Incomplete(Box<str>),
    // --- lower ---
    /// A variable in an address that is not set, so that nothing stands in its place.
    UnsetVariable {
        /// Its name.
        name: Box<str>,
        /// A variable of nearly the same name that is set; without it, this one is certainly not set.
        suggestion: Option<Box<str>>,
    },
    /// `\$` in a word whose variables are replaced: the backslash stays in front of the value.
    EscapedVariable,
    /// A statement that sets something for what follows, behind what it was meant for (the first such place).
    TooLate(Span),
    /// The same, where nothing follows that it is for (what stands there instead).
    ForNothing(Span),
    /// A name that is already taken (what it names; the first definition).
    DuplicateName {
        /// What the name stands for.
        what: &'static str,
        /// The first definition.
        first: Span,
    },
    /// What traffic is told apart by, and another one has already (what has it; the first one; what becomes of this one).
    TakenByAnother {
        /// What has it.
        what: &'static str,
        /// The first one.
        first: Span,
        /// Whether the program refuses it; otherwise it leaves this one out.
        refused: bool,
    },
    /// A name that nothing defines (what it must stand for).
    UndefinedName {
        /// What the name must stand for.
        what: &'static str,
        /// The nearest defined name.
        suggestion: Option<Box<str>>,
    },
    /// A setting that is written again in the same section; the later one counts (the earlier one).
    DuplicateSetting(Span),
    /// The same setting in its other spelling: which of the two counts is left open (the other one).
    OtherSpelling(Span),
}

/// Leaves out what does not pass `keep`; the first `first` are another text's and stay.
pub fn retain_from(diagnostics: &mut Vec<Diagnostic>, first: usize, mut keep: impl FnMut(&Diagnostic) -> bool) {
    let mut position = 0;
    diagnostics.retain(|diagnostic| {
        position += 1;
        position <= first || keep(diagnostic)
    });
}

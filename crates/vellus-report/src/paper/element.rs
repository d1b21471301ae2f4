//! The elements of the document, for those who hear it read: a tree beside what is drawn.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, TableHeaderScope, Tag, TagGroup, TagTree};

/// What an element is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Heading(u8, String),
    Paragraph,
    List,
    Item,
    ItemBody,
    Table,
    Row,
    HeadCell,
    Cell,
    Figure(String),
    Link,
}

struct Element {
    kind: Kind,
    parent: Option<usize>,
    marks: Vec<Identifier>,
}

/// All elements, in reading order.
#[derive(Default)]
pub(super) struct Elements(Vec<Element>);

impl Elements {
    pub(super) fn add(&mut self, kind: Kind, parent: Option<usize>) -> usize {
        self.0.push(Element { kind, parent, marks: Vec::new() });
        self.0.len() - 1
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// A link that leads into the document; it is an element of its own.
    pub(super) fn link(&mut self, mark: Identifier) {
        let link = self.add(Kind::Link, None);
        self.mark(link, mark);
    }

    /// Says that something drawn belongs to an element.
    pub(super) fn mark(&mut self, element: usize, mark: Identifier) {
        self.0[element].marks.push(mark);
    }

    /// The tree for the document.
    pub(super) fn tree(self, language: &str) -> TagTree {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.0.len()];
        let mut roots = Vec::new();
        for (i, e) in self.0.iter().enumerate() {
            match e.parent {
                Some(p) => children[p].push(i),
                None => roots.push(i),
            }
        }
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        let mut elements: Vec<Option<Element>> = self.0.into_iter().map(Some).collect();
        for root in roots {
            if let Some(g) = group(root, &mut elements, &children) {
                tree.push(g);
            }
        }
        tree
    }
}

/// An element with what lies in it; none when nothing of it was drawn. Trees are a few levels deep.
fn group(i: usize, elements: &mut [Option<Element>], children: &[Vec<usize>]) -> Option<TagGroup> {
    let e = elements[i].take()?;
    let mut out = match e.kind {
        Kind::Heading(level, title) => {
            TagGroup::new(Tag::Hn(NonZeroU16::new(u16::from(level)).unwrap_or(NonZeroU16::MIN), Some(title)))
        }
        Kind::Paragraph => TagGroup::new(Tag::P),
        Kind::List => TagGroup::new(Tag::L(ListNumbering::None)),
        Kind::Item => TagGroup::new(Tag::LI),
        Kind::ItemBody => TagGroup::new(Tag::LBody),
        Kind::Table => TagGroup::new(Tag::Table),
        Kind::Row => TagGroup::new(Tag::TR),
        Kind::HeadCell => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
        Kind::Cell => TagGroup::new(Tag::TD),
        Kind::Link => TagGroup::new(Tag::Link),
        Kind::Figure(alt) => TagGroup::new(Tag::Figure(Some(alt))),
    };
    let mut empty = true;
    for mark in e.marks {
        out.push(mark);
        empty = false;
    }
    for child in &children[i] {
        if let Some(g) = group(*child, elements, children) {
            out.push(g);
            empty = false;
        }
    }
    (!empty).then_some(out)
}

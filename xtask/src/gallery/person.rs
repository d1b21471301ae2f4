//! Who is in the gallery: skins, and colours of hair that are found with each.

use vellus_light::HairTone;
use vellus_light::closeup::SkinType;

/// A skin with three colours of hair.
pub(super) struct Person {
    /// Name in file names.
    pub(super) slug: &'static str,
    /// In words.
    pub(super) title: &'static str,
    pub(super) skin: SkinType,
    /// Colours and their words.
    pub(super) hair: [(HairTone, &'static str); 3],
}

/// Five skins by Fitzpatrick class; class I differs too little from II to be drawn beside it.
pub(super) const PEOPLE: [Person; 5] = [
    Person {
        slug: "skin-2",
        title: "Light skin, Fitzpatrick II",
        skin: SkinType::II,
        hair: [(HairTone::Blond, "Blond"), (HairTone::Brown, "Brown"), (HairTone::Black, "Black")],
    },
    Person {
        slug: "skin-3",
        title: "Intermediate skin, Fitzpatrick III",
        skin: SkinType::III,
        hair: [
            (HairTone::LightBrown, "Light brown"),
            (HairTone::DarkBrown, "Dark brown"),
            (HairTone::Black, "Black"),
        ],
    },
    Person {
        slug: "skin-4",
        title: "Tan skin, Fitzpatrick IV",
        skin: SkinType::IV,
        hair: [(HairTone::Brown, "Brown"), (HairTone::DarkBrown, "Dark brown"), (HairTone::Black, "Black")],
    },
    Person {
        slug: "skin-5",
        title: "Brown skin, Fitzpatrick V",
        skin: SkinType::V,
        hair: [(HairTone::DarkBrown, "Dark brown"), (HairTone::Black, "Black"), (HairTone::Grey, "Grey")],
    },
    Person {
        slug: "skin-6",
        title: "Dark skin, Fitzpatrick VI",
        skin: SkinType::VI,
        hair: [(HairTone::DarkBrown, "Dark brown"), (HairTone::Black, "Black"), (HairTone::Grey, "Grey")],
    },
];

//! What a specification says of the scalp: hairs, skin, marks and pigment dots.

use super::number::numbers;

numbers! {
    /// The hairs.
    Hair in "hair" {
        /// Hairs per cm², stubble included, 0 to 250.
        density_per_cm2 = 140.0, 0.0 to 250.0, Even(40.0, 250.0);
        /// Mean distance of neighbouring follicular units, mm.
        spacing_mm = 1.1, 0.8 to 1.4, Even(0.8, 1.4);
        /// Share of intermediate hairs.
        intermediate_share = 0.12, 0.0 to 1.0, Even(0.0, 0.4);
        /// Share of vellus hairs.
        vellus_share = 0.08, 0.0 to 1.0, Even(0.0, 0.4);
        /// Median width of terminal hairs, µm.
        terminal_um = 74.0, 50.0 to 110.0, Even(50.0, 105.0);
        /// Median width of intermediate hairs, µm.
        intermediate_um = 42.0, 30.0 to 60.0, Even(32.0, 50.0);
        /// Median width of vellus hairs, µm.
        vellus_um = 22.0, 10.0 to 30.0, Even(12.0, 29.0);
        /// Relative spread (standard deviation) of the widths within a class.
        width_spread = 0.14, 0.0 to 0.4, Even(0.05, 0.25);
        /// Share of its width that a hair loses towards its tip.
        taper = 0.08, 0.0 to 0.6, Even(0.0, 0.3);
        /// Relative unevenness of the width along a hair (standard deviation).
        unevenness = 0.03, 0.0 to 0.2, Even(0.0, 0.12);
        /// Median length above the skin of clipped hairs, mm.
        length_mm = 0.7, 0.05 to 3.0, Log(0.3, 3.0);
        /// Relative spread of that length.
        length_spread = 0.3, 0.0 to 1.0, Even(0.05, 0.6);
        /// Share of hairs that are long.
        long_share = 0.0, 0.0 to 1.0, Maybe(0.35, 0.02, 1.0);
        /// Median length of long hairs, mm.
        long_mm = 14.0, 3.0 to 40.0, Log(4.0, 30.0);
        /// Angle between hair and skin at the exit, degrees.
        tilt_deg = 38.0, 5.0 to 70.0, Even(8.0, 65.0);
        /// Spread (standard deviation) of that angle, degrees.
        tilt_spread_deg = 7.0, 0.0 to 30.0, Even(2.0, 15.0);
        /// Direction in which the hair flows, degrees from the right of the picture towards its bottom.
        flow_deg = 60.0, 0.0 to 360.0, Even(0.0, 360.0);
        /// Spread of the directions, degrees.
        flow_spread_deg = 14.0, 0.0 to 90.0, Even(4.0, 35.0);
        /// Curvature along the skin, per mm.
        curl_per_mm = 0.12, 0.0 to 3.0, Log(0.02, 1.2);
        /// Height at which hair is held down (by a plate or by its weight), mm.
        height_mm = 0.7, 0.15 to 4.0, Log(0.2, 2.5);
        /// Share of hairs that lie across the flow.
        crossing_share = 0.05, 0.0 to 1.0, Even(0.0, 0.25);
        /// Share of the further hairs of a unit that run along the first one and touch it.
        touching_share = 0.08, 0.0 to 1.0, Even(0.0, 0.4);
        /// Share of units whose hairs leave by one ostium; else they stand 0.1 to 0.3 mm apart.
        one_ostium_share = 0.6, 0.0 to 1.0, Even(0.2, 0.9);
        /// Share of hairs that are shaved flush and look like dots.
        stubble_share = 0.0, 0.0 to 1.0, Maybe(0.3, 0.05, 1.0);
        /// Share of hairs that are white.
        white_share = 0.0, 0.0 to 1.0, Maybe(0.4, 0.02, 0.8);
        /// Natural length between skin and dye, mm, when `colour.dye` is given.
        dye_regrowth_mm = 0.4, 0.0 to 20.0, Even(0.0, 1.5);
        /// Roughness of the fibre: small gives a narrow bright line.
        roughness = 0.2, 0.08 to 0.6, Even(0.12, 0.4);
        /// Strength of the shadow of the shaft under the skin; 1 is as computed.
        root_shadow = 0.7, 0.0 to 2.0, Even(0.3, 1.3);
        /// Cut pieces of hair that lie on the skin, per cm².
        debris_per_cm2 = 0.0, 0.0 to 300.0, Maybe(0.4, 3.0, 60.0);
    }
}

numbers! {
    /// The skin's surface.
    Surface in "skin" {
        /// Furrows and grain; 1 is ordinary.
        furrows = 1.0, 0.0 to 3.0, Even(0.3, 1.8);
        /// Honeycomb of pigment.
        honeycomb = 0.15, 0.0 to 1.0, Even(0.0, 0.7);
        /// Slow changes of colour; 1 is ordinary.
        mottle = 1.0, 0.0 to 3.0, Even(0.3, 2.0);
        /// Redness, patchy.
        erythema = 0.05, 0.0 to 1.0, Maybe(0.7, 0.0, 0.8);
        /// Brown shade round hairs.
        perifollicular = 0.3, 0.0 to 1.0, Even(0.0, 0.8);
        /// Gloss of the surface, unpolarised.
        gloss = 0.5, 0.0 to 1.0, Even(0.1, 1.0);
        /// Radius of the head's curve, mm; 1000 is as good as flat.
        curve_mm = 400.0, 60.0 to 1000.0, Log(80.0, 1000.0);
    }
}

numbers! {
    /// What lies on and in the skin beside hair and dots. Numbers are per cm² unless they say otherwise.
    Marks in "marks" {
        /// Capillaries and fine branching vessels.
        vessels_per_cm2 = 6.0, 0.0 to 60.0, Maybe(0.7, 1.0, 40.0);
        /// Flakes of scale.
        flakes_per_cm2 = 0.0, 0.0 to 200.0, Maybe(0.4, 2.0, 80.0);
        /// Patches of sebum.
        sebum_per_cm2 = 0.0, 0.0 to 60.0, Maybe(0.3, 2.0, 30.0);
        /// Pinpoint white dots (ducts of sweat glands, empty follicles).
        white_dots_per_cm2 = 0.0, 0.0 to 600.0, Maybe(0.4, 20.0, 400.0);
        /// Yellow dots (ostia full of sebum).
        yellow_dots_per_cm2 = 0.0, 0.0 to 120.0, Maybe(0.35, 2.0, 60.0);
        /// Black dots (hairs broken at the skin).
        black_dots_per_cm2 = 0.0, 0.0 to 120.0, Maybe(0.35, 1.0, 40.0);
        /// Share of the units without hair that show an empty ostium.
        empty_ostia_share = 0.5, 0.0 to 1.0, Even(0.0, 1.0);
        /// Comedones.
        comedones_per_cm2 = 0.0, 0.0 to 20.0, Maybe(0.25, 0.5, 6.0);
        /// Moles.
        moles_per_cm2 = 0.0, 0.0 to 4.0, Maybe(0.2, 0.2, 1.5);
        /// Lentigines.
        lentigines_per_cm2 = 0.0, 0.0 to 10.0, Maybe(0.25, 0.3, 4.0);
        /// Dots of blue marker ink in the picture, a count.
        ink_dots = 0.0, 0.0 to 8.0, Maybe(0.25, 1.0, 4.0);
        /// Bubbles in the contact gel.
        bubbles_per_cm2 = 0.0, 0.0 to 60.0, Maybe(0.3, 1.0, 20.0);
    }
}

numbers! {
    /// Pigment dots.
    Smp in "smp" {
        /// Dots per cm².
        density_per_cm2 = 0.0, 0.0 to 200.0, Maybe(0.65, 20.0, 150.0);
        /// Median diameter of the pigment when healed, µm, before it spreads with age.
        diameter_um = 260.0, 80.0 to 900.0, Log(100.0, 600.0);
        /// Relative spread of the diameters.
        diameter_spread = 0.15, 0.0 to 0.6, Even(0.05, 0.35);
        /// Years since the dots were laid: they spread, fade and sink.
        age_years = 0.5, 0.0 to 20.0, Even(0.0, 12.0);
        /// Depth of the top of the pigment, µm.
        depth_um = 80.0, 40.0 to 500.0, Even(50.0, 220.0);
        /// Absorption of the pigment at 550 nm, per mm: 2 pale, 20 dense black.
        absorption_per_mm = 16.0, 1.0 to 30.0, Log(3.0, 25.0);
        /// Cast beyond what depth gives: −1 greenish, 1 bluish.
        cast = 0.0, -1.0 to 1.0, Maybe(0.6, -1.0, 1.0);
        /// How even the dots lie: 0 at random, 1 nearly a lattice.
        evenness = 0.7, 0.0 to 1.0, Even(0.0, 1.0);
        /// Share of dots that lie in clusters.
        clustered_share = 0.0, 0.0 to 1.0, Maybe(0.4, 0.1, 0.8);
        /// Share of dots laid onto another one.
        merged_share = 0.03, 0.0 to 0.6, Even(0.0, 0.3);
        /// Share of dots on or beside an ostium.
        at_ostium_share = 0.1, 0.0 to 1.0, Even(0.0, 0.6);
        /// Share of dots that still heal, with crust and a red halo.
        scab_share = 0.0, 0.0 to 1.0, Maybe(0.2, 0.1, 1.0);
        /// Unevenness of the outline.
        irregularity = 0.12, 0.0 to 0.5, Even(0.02, 0.35);
        /// Mean ratio of the short to the long axis.
        aspect = 0.85, 0.4 to 1.0, Even(0.6, 1.0);
    }
}

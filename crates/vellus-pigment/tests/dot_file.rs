//! Files of dots: ours come back, those of others are understood or refused with the place and the
//! fix.

use std::sync::OnceLock;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use vellus_head::parametric::ParametricSpec;
use vellus_head::points::{PlaceSpec, place};
use vellus_head::{Head, Zone};
use vellus_pigment::{
    DotFile, DotFileError, Dots, Ink, Needle, PigmentBase, ReadContext, dots_csv, dots_ply, read_dots,
    read_dots_bytes,
};
use vellus_units::random::{Key, Purpose};

const TODAY: Date = date(2026, 5, 12);

fn head() -> &'static Head {
    static HEAD: OnceLock<Head> = OnceLock::new();
    HEAD.get_or_init(|| Head::from_lengths(&ParametricSpec::default(), None, "mean head").unwrap())
}

/// Dots on the head's scalp in three sessions.
fn plan(count: usize) -> Dots {
    let density = |s: &vellus_head::Spot| f64::from(u8::from(head().zone_at_spot(s).is_some()));
    let mut spec = PlaceSpec::new(count, Key::new(3, 0), Purpose::DotPlacement);
    spec.chart = Some(head().chart());
    spec.density = Some(&density);
    let set = place(head().surface(), &spec).unwrap();
    let n = set.len();
    Dots {
        zone: set
            .in_chart
            .iter()
            .map(|q| head().scalp().zone_at(glam::Vec2::from_array(*q).as_dvec2()).unwrap_or(Zone::Frontal))
            .collect(),
        session: (0..n).map(|i| (3 * i / n) as u8 + 1).collect(),
        day: (0..n).map(|i| [-40.0, -26.0, 14.0][3 * i / n]).collect(),
        needle: (0..n).map(|i| (i % 2) as u8).collect(),
        ink: (0..n).map(|i| (3 * i / n > 0) as u8).collect(),
        set_depth_um: vec![1000.0; n],
        deposit_depth_um: (0..n).map(|i| 200.0 + (i % 50) as f32).collect(),
        fresh_um: (0..n).map(|i| 230.0 + (i % 40) as f32).collect(),
        healed_um: (0..n).map(|i| 150.0 + (i % 30) as f32).collect(),
        needles: vec![
            Needle::single(),
            Needle { name: "0603RL, \"fine\"".into(), points: 3, diameter_mm: 0.25 },
        ],
        inks: vec![
            Ink {
                pigment: "noir é; n° 1".into(),
                base: PigmentBase::Mixed,
                lot: Some("A-7".into()),
                water_per_pigment: 12.5,
            },
            Ink::default(),
        ],
        position: set.position,
        normal: set.normal,
        chart: set.in_chart,
    }
}

fn read(text: &str) -> Result<DotFile, DotFileError> {
    read_dots_bytes(text.as_bytes(), &ReadContext::new(None, TODAY))
}

fn read_on_head(text: &str) -> Result<DotFile, DotFileError> {
    read_dots_bytes(text.as_bytes(), &ReadContext::new(Some(head()), TODAY))
}

/// The message of a refusal.
fn refused(text: &str) -> String {
    read(text).expect_err(text).to_string()
}

fn all(message: &str, parts: &[&str]) {
    for p in parts {
        assert!(message.contains(p), "{p:?} is not in: {message}");
    }
}

#[test]
fn what_is_written_comes_back() {
    let dots = plan(3000);
    for context in [ReadContext::new(None, TODAY), ReadContext::new(Some(head()), TODAY)] {
        let ply = dots_ply(&dots, TODAY).unwrap();
        let back = read_dots_bytes(&ply, &context).unwrap();
        assert_eq!(back.assumed, Vec::<String>::new());
        assert!(back.dots == dots);
        let table = dots_csv(&dots, TODAY).unwrap();
        let back = read_dots_bytes(&table, &context).unwrap();
        assert_eq!(back.assumed, Vec::<String>::new());
        assert_eq!(back.findings.len(), 1, "only the session to come: {:?}", back.findings);
        assert!(back.dots.needles == dots.needles && back.dots.inks == dots.inks);
        assert!(back.dots.day == dots.day && back.dots.zone == dots.zone);
        assert_eq!(dots_csv(&back.dots, TODAY).unwrap(), table);
    }
}

#[test]
fn days_move_with_the_day_of_reading() {
    let dots = plan(60);
    let later = ReadContext::new(None, date(2026, 6, 11));
    for bytes in [dots_ply(&dots, TODAY).unwrap(), dots_csv(&dots, TODAY).unwrap()] {
        let back = read_dots_bytes(&bytes, &later).unwrap();
        assert!(back.dots.day.iter().zip(&dots.day).all(|(a, b)| *a == b - 30.0));
        assert!(back.findings.is_empty(), "{:?}", back.findings);
    }
}

#[test]
fn val_the_ply_parses_with_somebody_elses_reader() {
    let dots = plan(50);
    let ply = ply_rs_bw::parser::Parser::<ply_rs_bw::ply::DefaultElement>::new()
        .read_ply(&mut std::io::Cursor::new(dots_ply(&dots, TODAY).unwrap()))
        .unwrap();
    let vertices = &ply.payload["vertex"];
    assert_eq!(vertices.len(), 50);
    assert_eq!(vertices[7]["y"], ply_rs_bw::ply::Property::Float(dots.position[7][1]));
    assert_eq!(vertices[7]["zone"], ply_rs_bw::ply::Property::UChar(dots.zone[7] as u8));
    assert!(
        ply.header
            .comments
            .iter()
            .any(|c| c.starts_with("vellus session {\"session\":2,\"date\":\"2026-04-16\""))
    );
}

#[test]
fn tables_have_a_row_for_each_dot_and_short_columns_are_errors() {
    let mut dots = plan(90);
    let bytes = dots_csv(&dots, TODAY).unwrap();
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(table.headers().unwrap().len(), 23);
    assert_eq!(table.records().map(Result::unwrap).filter(|r| &r[11] == "2026-05-26").count(), 30);
    assert_eq!(dots_csv(&Dots::default(), TODAY).unwrap().iter().filter(|b| **b == b'\n').count(), 1);
    assert!(dots_ply(&Dots::default(), TODAY).unwrap().ends_with(b"end_header\n"));
    dots.day.pop();
    all(&dots_csv(&dots, TODAY).unwrap_err().to_string(), &["day", "89", "90"]);
    assert!(dots_ply(&dots, TODAY).is_err());
    let mut dots = plan(9);
    dots.needle[3] = 9;
    all(&dots_ply(&dots, TODAY).unwrap_err().to_string(), &["needle", "8"]);
}

#[test]
fn every_column_is_documented() {
    let page = include_str!("../../../docs/dots.md");
    for c in vellus_pigment::dot_file::COLUMNS {
        let row = page
            .lines()
            .find(|l| l.split('|').nth(1).is_some_and(|first| first.contains(&format!("`{}`", c.name))));
        let row = row.unwrap_or_else(|| panic!("docs/dots.md has no row for {}", c.name));
        if let Some([lo, hi]) = c.range.filter(|_| !["dot", "nx", "ny", "nz"].contains(&c.name)) {
            let range = format!("{lo} to {hi}").replace('-', "−");
            assert!(row.contains(&range), "{}: {range} is not in {row}", c.name);
        }
    }
    for z in Zone::ALL {
        assert!(page.contains(&format!("`{}`", vellus_pigment::dot_file::zone_key(z))));
    }
}

#[test]
fn a_position_is_enough_and_all_else_is_said() {
    let file = read("x,y,z\n0,150,10\n3,150.5,12\n").unwrap();
    assert_eq!(file.dots.len(), 2);
    assert_eq!((file.dots.session[0], file.dots.day[0], file.dots.healed_um[1]), (1, -42.0, 160.0));
    let said = file.assumed.join(" ");
    all(
        &said,
        &[
            "x_mm",
            "Session of 2 dots",
            "Date of 2 dots: 42 days",
            "Needle of 2",
            "Healed diameter of 2 dots: 160",
        ],
    );
    all(
        &said,
        &[
            "Normal of 2",
            "Chart position of 2",
            "Zone of 2",
            "Pigment of 2",
            "Dilution of 2",
            "Depth of the deposit",
        ],
    );
}

#[test]
fn chart_positions_need_a_head_and_land_on_it() {
    let text = "chart_x,chart_y,contrast\n0.1,0.3,0.8\n-0.2,-0.4,\n";
    all(&refused(text), &["chart positions only", "name the case"]);
    let file = read_on_head(text).unwrap();
    assert_eq!(file.contrast[0], 0.8);
    assert!(file.contrast[1].is_nan());
    for (p, q) in file.dots.position.iter().zip(&file.dots.chart) {
        let p = glam::Vec3::from_array(*p).as_dvec3();
        assert!(head().surface().closest_point(p).unwrap().distance < 1e-3);
        assert!(head().chart().chart_from_head(p).distance(glam::Vec2::from_array(*q).as_dvec2()) < 1e-5);
    }
    assert_eq!(file.dots.zone, [Zone::Frontal, Zone::Vertex]);
    all(&file.assumed.join(" "), &["Position of 2 dots: from the chart"]);
}

#[test]
fn old_sessions_are_filled_from_their_neighbours() {
    let file = read(
        "x_mm,y_mm,z_mm,session,date,fresh_um\n0,150,1,1,2025-01-10,200\n0,150,2,1,,\n0,150,3,2,,\n0,150,4,3,2025-02-10,\n",
    )
    .unwrap();
    assert_eq!(file.dots.day[1], file.dots.day[0]);
    assert_eq!(file.dots.day[2], file.dots.day[3] - 14.0);
    assert!((file.dots.healed_um[0] - 200.0 / 1.55).abs() < 1e-3);
    all(
        &file.assumed.join(" "),
        &["Date of 2 dots", "Healed diameter of 1 dots: the fresh one", "Healed diameter of 3 dots"],
    );
    let file = read("x_mm,y_mm,z_mm,date\n0,150,1,2025-02-10\n0,150,2,2025-01-10\n0,150,3,\n").unwrap();
    assert_eq!(file.dots.session, [2, 1, 1]);
    let day = file.dots.day;
    assert_eq!((day[1], day[2]), (day[2], day[1]));
    let file = read("x_mm,y_mm,z_mm,session\n0,150,1,1\n0,150,2,3\n").unwrap();
    assert_eq!(file.dots.day, [-70.0, -42.0]);
}

#[test]
fn bad_values_name_line_column_range_and_fix() {
    let row = |header: &str, cells: &str| refused(&format!("x_mm,y_mm,z_mm,{header}\n0,150,1,{cells}\n"));
    all(&row("session", "0"), &["line 2", "session", "0", "1 to 255", "count from 1"]);
    all(&row("session", "1.5"), &["whole numbers"]);
    all(&row("healed_um", "-150"), &["line 2", "healed_um", "-150", "20 to 3000 µm", "positive"]);
    all(&row("healed_um", "0.15"), &["millimetres", "150"]);
    all(&row("healed_um", "NaN"), &["NaN", "Leave the cell empty"]);
    all(&row("healed_um", "150 um"), &["150 um", "without a unit"]);
    all(&row("date", "05.06.2025"), &["line 2", "date", "05.06.2025", "2026-06-05"]);
    all(&row("date", "2206-06-05"), &["2206-06-05", "mistyped"]);
    all(&row("zone", "ear"), &["ear", "occipital_donor"]);
    all(&row("pigment_base", "ink"), &["pigment_base", "carbon, iron_oxides, mixed"]);
    all(&row("nx,ny,nz", "0,0.5,0"), &["length 0.500", "unit vector"]);
    all(&row("contrast", "80"), &["contrast", "percentages"]);
    all(&refused("x_mm,y_mm,z_mm\n0,nan,1\n"), &["line 2", "y_mm"]);
    all(&refused("x_mm,y_mm,z_mm\n0,,1\n"), &["line 2", "no position"]);
    all(&refused("x_mm,y_mm,z_mm\n0,150000,1\n"), &["y_mm", "-400 to 400 mm", "micrometres"]);
    all(&refused("x_mm,y_mm,z_mm\n0,150\n"), &["line 2", "2 cells", "cut short"]);
    all(&refused("x_mm,y_mm,x mm\n0,1,2\n"), &["x_mm", "twice"]);
    all(&refused("a,b\n1,2\n"), &["no position", "x_mm", "\"a\""]);
    all(&refused("1,2,3\n4,5,6\n"), &["first line has numbers"]);
    let order = "x_mm,y_mm,z_mm,session,date\n0,150,1,1,2025-02-10\n0,150,2,2,2025-01-10\n";
    all(&refused(order), &["session 2 begins on 2025-01-10", "session 1 ends (2025-02-10)"]);
}

#[test]
fn files_that_are_none_are_told() {
    all(&refused(""), &["empty"]);
    all(&refused(" \r\n"), &["empty"]);
    all(&refused("x_mm,y_mm,z_mm\r\n"), &["header and no dots"]);
    let bytes = |b: &[u8]| read_dots_bytes(b, &ReadContext::new(None, TODAY)).unwrap_err().to_string();
    all(&bytes(b"PK\x03\x04rest"), &["spreadsheet", "CSV"]);
    all(&bytes(b"\x89PNG\r\n"), &["picture"]);
    all(&bytes(b"x_mm,y_mm\0\x01\x02"), &["binary"]);
    all(&bytes(b"x_mm,y_mm,z_mm,zone\n0,1,2,\xff\xfe\n"), &["line 2", "UTF-8"]);
    let missing = read_dots(std::path::Path::new("no/such.csv"), &ReadContext::new(None, TODAY));
    all(&missing.unwrap_err().to_string(), &["no/such.csv"]);
    for count in ["20000000", "18446744073709551615"] {
        let text = format!(
            "ply\nformat ascii 1.0\nelement vertex {count}\nproperty float x\nproperty float y\nproperty float z\nend_header\n"
        );
        all(&bytes(text.as_bytes()), &["more than 1000000 dots", "scan"]);
    }
    all(&bytes(b"ply\nformat binary_little_endian 1.0\nelement vertex 900\nproperty float x\nproperty float y\nproperty float z\nend_header\n12345"), &["900 dots are announced", "cut short"]);
    all(
        &bytes(b"ply\nformat ascii 1.0\nelement vertex 1\nproperty list uchar int x\nend_header\n1 2\n"),
        &["plain numbers"],
    );
    all(&bytes(b"ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nproperty uchar session\nend_header\n1 2 3 0\n"), &["dot 1", "session", "1 to 255"]);
    all(&bytes(b"ply\nformat ascii 1.0\ncomment vellus needle {\"name\":\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n1 2 3\n"), &["vellus needle", "by hand"]);
}

#[test]
fn spreadsheets_are_understood() {
    let plain = read("x_mm,y_mm,z_mm,healed_um\n0.5,150.25,1,150\n").unwrap();
    let utf16: Vec<u8> = [0xFFu8, 0xFE]
        .into_iter()
        .chain(
            "x_mm\ty_mm\tz_mm\thealed_um\r\n0,5\t150,25\t1\t150\r\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    for text in [
        "\u{feff}x_mm,y_mm,z_mm,healed_um\r\n0.5,150.25,1,150\r\n".as_bytes(),
        b"X mm;Y mm;Z mm;Healed um\n0,5;150,25;1;150\n",
        b"# from the microscope\nx_mm, y_mm ,z_mm,healed_um,,\n0.5, 150.25,1,150,,\n\n",
        &utf16,
    ] {
        let file = read_dots_bytes(text, &ReadContext::new(None, TODAY)).unwrap();
        assert!(file.dots == plain.dots, "{}", String::from_utf8_lossy(text));
    }
    all(&refused("x_mm,y_mm,z_mm\n0,5,150,25,1,0\n"), &["line 2", "decimal commas"]);
    let odd = read("x_mm,y_mm,z_mm,healed_mm,colour\n0,150,1,0.15,red\n").unwrap();
    all(&odd.findings.join(" "), &["\"healed_mm\" (the column is healed_um, in µm)", "\"colour\""]);
}

#[test]
fn dots_of_another_head_are_refused_with_the_likely_fix() {
    let dots = plan(1500);
    let text = |change: &dyn Fn([f64; 3]) -> [f64; 3]| {
        let mut out = String::from("x_mm,y_mm,z_mm\n");
        for p in &dots.position {
            let [x, y, z] = change(p.map(f64::from));
            out.push_str(&format!("{x:.5},{y:.5},{z:.5}\n"));
        }
        out
    };
    let fit = |change: &dyn Fn([f64; 3]) -> [f64; 3]| read_on_head(&text(change)).unwrap_err().to_string();
    all(&fit(&|p| p.map(|x| x / 10.0)), &["of another head: 1500 of 1500", "median distance", "centimetres"]);
    all(&fit(&|p| p.map(|x| x / 1000.0)), &["metres: multiply x, y and z by 1000"]);
    all(&fit(&|p| p.map(|x| 1.15 * x)), &["right case"]);
    all(&fit(&|[x, y, z]| [x, -z, y]), &["z up"]);
    // Half a millimetre off is the same head on another day.
    let file = read_on_head(&text(&|[x, y, z]| [x, y + 0.5, z])).unwrap();
    all(&file.findings.join(" "), &["dots were moved onto the skin"]);
    // A single one astray is named.
    let astray = text(&|p| p) + "0,0,0\n";
    all(
        &read_on_head(&astray).unwrap_err().to_string(),
        &["line 1502", "mm from the skin", "leave the row out"],
    );
    // A real other head: much smaller all round.
    let small = ParametricSpec {
        sex: vellus_head::Sex::Female,
        head_length: Some(vellus_units::Millimetres(175.0)),
        head_breadth: Some(vellus_units::Millimetres(138.0)),
        ..ParametricSpec::default()
    };
    let small = Head::from_lengths(&small, None, "small").unwrap();
    let e = read_dots_bytes(&dots_csv(&dots, TODAY).unwrap(), &ReadContext::new(Some(&small), TODAY))
        .unwrap_err();
    all(&e.to_string(), &["another head", "chart positions"]);
    // By chart position they fit any head.
    let by_chart: String = std::iter::once("chart_x,chart_y\n".to_owned())
        .chain(dots.chart.iter().map(|q| format!("{},{}\n", q[0], q[1])))
        .collect();
    let moved = read_dots_bytes(by_chart.as_bytes(), &ReadContext::new(Some(&small), TODAY)).unwrap();
    assert_eq!(moved.dots.len(), dots.len());
}

#[test]
fn dots_twice_are_refused_and_a_single_one_is_found() {
    let dots = plan(400);
    let once = String::from_utf8(dots_csv(&dots, TODAY).unwrap()).unwrap();
    let rows = once.split_once('\n').unwrap().1;
    all(&refused(&format!("{once}{rows}")), &["400 of 800 dots", "line 402", "pasted"]);
    let first = rows.lines().next().unwrap();
    let file = read(&format!("{once}{first}\n"));
    // Session 1 after session 3 is all right: rows need no order.
    all(&file.unwrap().findings.join(" "), &["1 dot lies exactly", "line 402"]);
}

fn some_dots() -> impl Strategy<Value = Dots> {
    let needle = (".{1,12}", 1u8..=30, 0.05f64..=1.0);
    let ink = ("[^\\s].{0,10}", any::<bool>(), prop::option::of("\\PC{1,8}"), 0.0f64..=40.0);
    let unit = |x: f32, y: f32| {
        let z = (1.0f32 - x * x - y * y).max(0.0).sqrt();
        let l = (x * x + y * y + z * z).sqrt().max(1e-3);
        [x / l, y / l, z / l]
    };
    (prop::collection::vec(needle, 1..4), prop::collection::vec(ink, 1..4), 0usize..40).prop_flat_map(
        move |(needles, inks, n)| {
            let (k, m) = (needles.len() as u8, inks.len() as u8);
            let row = (
                (-399.0f32..399.0, -399.0f32..399.0, -399.0f32..399.0),
                (-0.9f32..0.9, -0.9f32..0.9),
                (-1.7f32..1.7, -1.7f32..1.7),
                (0usize..9, 1u8..=255, 0..k, 0..m),
                (25.0f32..4000.0, 25.0f32..4000.0, 25.0f32..3000.0, 25.0f32..3000.0),
            );
            prop::collection::vec(row, n).prop_map(move |rows| {
                let mut d = Dots {
                    needles: needles
                        .iter()
                        .map(|n| Needle { name: n.0.clone(), points: n.1, diameter_mm: n.2 })
                        .collect(),
                    inks: inks
                        .iter()
                        .map(|i| Ink {
                            pigment: i.0.clone(),
                            base: if i.1 { PigmentBase::Mixed } else { PigmentBase::Carbon },
                            lot: i.2.clone(),
                            water_per_pigment: i.3,
                        })
                        .collect(),
                    ..Dots::default()
                };
                for (p, v, q, (zone, session, needle, ink), sizes) in rows {
                    d.position.push([p.0, p.1, p.2]);
                    d.normal.push(unit(v.0, v.1));
                    d.chart.push([q.0, q.1]);
                    d.zone.push(Zone::ALL[zone]);
                    d.session.push(session);
                    // In the order of sessions, as dates have to be.
                    d.day.push(f32::from(session) * 9.0 - 1500.0);
                    d.needle.push(needle);
                    d.ink.push(ink);
                    d.set_depth_um.push(sizes.0);
                    d.deposit_depth_um.push(sizes.1);
                    d.fresh_um.push(sizes.2);
                    d.healed_um.push(sizes.3);
                }
                d
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn prop_writing_what_was_read_gives_the_same_bytes(dots in some_dots()) {
        let context = ReadContext::new(None, TODAY);
        if !dots.is_empty() {
            let ply = dots_ply(&dots, TODAY).unwrap();
            let back = read_dots_bytes(&ply, &context).unwrap();
            prop_assert!(back.dots == dots, "{:?}", back.assumed);
            prop_assert_eq!(dots_ply(&back.dots, TODAY).unwrap(), ply);
            let table = dots_csv(&dots, TODAY).unwrap();
            let back = read_dots_bytes(&table, &context).unwrap();
            prop_assert_eq!(dots_csv(&back.dots, TODAY).unwrap(), table);
        }
    }

    #[test]
    fn prop_no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_dots_bytes(&bytes, &ReadContext::new(None, TODAY));
    }

    #[test]
    fn prop_no_damaged_file_panics(
        at in 0.0f64..1.0, with in prop::collection::vec(any::<u8>(), 0..6), cut in 0usize..30, ply in any::<bool>()
    ) {
        static FILES: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
        let files = FILES.get_or_init(|| {
            let dots = plan(12);
            [dots_csv(&dots, TODAY).unwrap(), dots_ply(&dots, TODAY).unwrap()]
        });
        let mut bytes = files[usize::from(ply)].clone();
        let from = (at * bytes.len() as f64) as usize;
        let to = (from + cut).min(bytes.len());
        bytes.splice(from..to, with);
        if let Ok(file) = read_dots_bytes(&bytes, &ReadContext::new(Some(head()), TODAY)) {
            prop_assert!(vellus_pigment::check_dots(&file.dots).is_ok());
        }
    }

    #[test]
    fn prop_no_table_of_odd_cells_panics(
        cells in prop::collection::vec(prop::sample::select(vec![
            "", "0", "-1", "1", "NaN", "inf", "1e308", "1e-320", "150", "2026-01-01", "2026-13-40", "-9999-01-01",
            "\"", "'", "😀", "vertex", "1,5", "NA", "255", "256",
        ]), 6..60),
    ) {
        let mut text = String::from("x_mm;y_mm;z_mm;session;date;zone\n");
        for row in cells.chunks(6) {
            text.push_str(&row.join(";"));
            text.push('\n');
        }
        if let Ok(file) = read_dots_bytes(text.as_bytes(), &ReadContext::new(None, TODAY)) {
            prop_assert!(vellus_pigment::check_dots(&file.dots).is_ok());
            dots_csv(&file.dots, TODAY).unwrap();
        }
    }
}

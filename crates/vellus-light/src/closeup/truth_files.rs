//! The truth of a close-up as files: JSON, a table of hairs, a table of dots.

use super::field::HairClass;
use super::number::CloseUpError;
use super::truth::Truth;

impl Truth {
    /// The document as JSON, one hair or dot a line.
    ///
    /// # Errors
    /// When a number cannot be written.
    pub fn to_json(&self) -> Result<String, CloseUpError> {
        let fail = |e: serde_json::Error| CloseUpError::Write(e.to_string());
        let mut all = serde_json::to_value(self).map_err(fail)?;
        round(&mut all);
        let serde_json::Value::Object(map) = all else { return Ok(String::new()) };
        let mut out = String::from("{\n");
        for (n, (key, value)) in map.iter().enumerate() {
            out.push_str(if n > 0 { ",\n" } else { "" });
            out.push_str(&format!("  \"{key}\": "));
            match value {
                serde_json::Value::Array(items) if !items.is_empty() => {
                    let lines: Vec<String> = items.iter().map(|v| format!("    {v}")).collect();
                    out.push_str(&format!("[\n{}\n  ]", lines.join(",\n")));
                }
                v => out.push_str(&v.to_string()),
            }
        }
        out.push_str("\n}\n");
        Ok(out)
    }

    /// `hairs.csv`: a line for each hair, without its centreline.
    ///
    /// # Errors
    /// When a line cannot be written.
    pub fn hairs_csv(&self) -> Result<Vec<u8>, CloseUpError> {
        let mut w = csv::Writer::from_writer(Vec::new());
        w.write_record([
            "picture",
            "id",
            "unit",
            "class",
            "exit_x_px",
            "exit_y_px",
            "tip_x_px",
            "tip_y_px",
            "exit_x_mm",
            "exit_y_mm",
            "width_um",
            "width_middle_um",
            "width_tip_um",
            "length_mm",
            "visible_length_mm",
            "tilt_deg",
            "azimuth_deg",
            "white",
            "stubble",
            "telogen",
            "exit_in_picture",
            "cut_by_border",
            "blur_px",
            "in_focus",
            "mask",
        ])
        .map_err(csv_error)?;
        for h in &self.hairs {
            let n = h.widths_um.len();
            let middle = h.widths_um.get(n / 2).copied().unwrap_or(h.width_um);
            let tip = h.widths_um.last().copied().unwrap_or(h.width_um);
            let class = match h.class {
                HairClass::Terminal => "terminal",
                HairClass::Intermediate => "intermediate",
                HairClass::Vellus => "vellus",
            };
            let mut row = vec![self.picture.clone(), h.id.to_string(), h.unit.to_string(), class.to_owned()];
            row.extend([h.exit_px[0], h.exit_px[1], h.tip_px[0], h.tip_px[1]].map(|x| format!("{x:.3}")));
            row.extend([h.exit_mm[0], h.exit_mm[1]].map(|x| format!("{x:.4}")));
            row.extend([h.width_um, middle, tip].map(|x| format!("{x:.2}")));
            row.extend([h.length_mm, h.visible_length_mm].map(|x| format!("{x:.4}")));
            row.extend([h.tilt_deg, h.azimuth_deg].map(|x| format!("{x:.2}")));
            row.extend(
                [h.white, h.stubble, h.telogen, h.exit_in_picture, h.cut_by_border].map(|b| b.to_string()),
            );
            row.extend([format!("{:.2}", h.blur_px), h.in_focus.to_string(), h.mask.to_string()]);
            w.write_record(&row).map_err(csv_error)?;
        }
        w.into_inner().map_err(|e| CloseUpError::Write(e.to_string()))
    }

    /// `dots.csv`: a line for each dot.
    ///
    /// # Errors
    /// When a line cannot be written.
    pub fn dots_csv(&self) -> Result<Vec<u8>, CloseUpError> {
        let mut w = csv::Writer::from_writer(Vec::new());
        w.write_record([
            "picture",
            "id",
            "x_px",
            "y_px",
            "x_mm",
            "y_mm",
            "diameter_um",
            "seen_um",
            "seen_px",
            "aspect",
            "L",
            "a",
            "b",
            "depth_um",
            "age_years",
            "merged",
            "scab",
            "mask",
        ])
        .map_err(csv_error)?;
        for d in &self.dots {
            let mut row = vec![self.picture.clone(), d.id.to_string()];
            row.extend(d.centre_px.map(|x| format!("{x:.3}")));
            row.extend(d.centre_mm.map(|x| format!("{x:.4}")));
            row.extend([d.diameter_um, d.seen_um, d.seen_px].map(|x| format!("{x:.2}")));
            row.push(format!("{:.3}", d.aspect));
            row.extend(d.lab.map(|x| format!("{x:.2}")));
            row.extend([d.depth_um, d.age_years].map(|x| format!("{x:.2}")));
            row.push(d.merged.map_or_else(String::new, |m| m.to_string()));
            row.extend([d.scab.to_string(), d.mask.to_string()]);
            w.write_record(&row).map_err(csv_error)?;
        }
        w.into_inner().map_err(|e| CloseUpError::Write(e.to_string()))
    }

    /// The JSON Schema of the document.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Self)
    }
}

fn csv_error(e: csv::Error) -> CloseUpError {
    CloseUpError::Write(e.to_string())
}

/// Rounds every number to a millionth.
fn round(v: &mut serde_json::Value) {
    match v {
        serde_json::Value::Number(n) => {
            if let Some(x) = n.as_f64().filter(|_| n.is_f64())
                && let Some(r) = serde_json::Number::from_f64((x * 1e6).round() / 1e6)
            {
                *n = r;
            }
        }
        serde_json::Value::Array(a) => a.iter_mut().for_each(round),
        serde_json::Value::Object(o) => o.values_mut().for_each(round),
        _ => {}
    }
}

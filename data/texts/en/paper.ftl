# The report on paper. How a clinic translates it: docs/translate.md.
# Two asterisks around words make them strong. Words in { $braces } are filled in.

## Every page

paper-title = { $label } – hair plan of { $date }
paper-subject = Forecasts of hair and pigment under several treatment plans. Decision support, not a medical device and not a promise.
paper-brand = Vellus hair plan
paper-front = Front sheet
paper-head = { $label } · plan of { $date }
paper-foot = { $program } · case { $hash } · seed { $seed }
paper-foot-honest = Decision support, not a medical device and not a promise. A doctor decides about blood, needles and medicines.
paper-page-of = page { $page } of { $pages }

## Before anything else

safety-title = Before anything else
safety-hit = { $reason } Concerns: { $treatments }.
safety-not-asked-title = Not asked yet: is there a reason not to treat?
safety-not-asked = Nobody has said whether there are conditions or medicines that forbid needles, a blood draw or a drug. This plan holds only if there are none. Ask before anything is booked.
safety-elsewhere = **No contraindication that was named concerns this part.** All of them stand on the front sheet.
safety-none = **Contraindications were asked for; none was named.** Say so at once if that changes.
action-forbid = Left out
action-delay = Wait
action-doctor = Ask a doctor first

## The answer

what-the-program-says = What the program says
verdict-leads = One plan leads
verdict-depends = It depends
verdict-none = None is likely to get there
lead-leads = Leads
lead-depends = Shown first
lead-none = Comes nearest
quick = **A quick look with coarse sampling.** Make the full plan before acting on it.
no-plan = No plan could be offered.
figure-title = { $plan }, in four figures
figure-percent = { $n } %
figure-range = { $lo } to { $hi } in 8 of 10 futures
figure-seen = seen after two years, of the fringe’s density
figure-felt = felt: living hair only
figure-goal = in 100 futures reach the first goal
figure-goal-by = by { $date }
figure-cost = in the first two years
figure-ten = { $cost } in ten years
figures-note = The fringe is the hair at the sides and back that pattern loss spares. Seen: hair and pigment together. A future is one way in which this head could answer, simulated.
in-hundred = in 100

## Who reads what

readers-title = Who reads what
part-person-title = For the person
part-person-eyebrow = What it would look like, what it takes, how sure it is
part-person-what = The answer, pictures, goals, dates and costs
part-practitioner-title = For the practitioner
part-practitioner-what = SMP: sessions, needles, cups, order of work, healing
part-practitioner-none = Left out: the plan shown first lays no pigment.
part-nurse-title = For the nurse
part-nurse-what = PRP: checks, blood, spin, dose, injection map
part-nurse-none = Left out: no plan here gives PRP.
part-doctor-title = For the doctor
part-doctor-eyebrow = Contraindications, medicines, what is to be decided
part-doctor-what = Contraindications, medicines, what is to be decided
part-grounds-title = What this rests on
part-grounds-eyebrow = For all readers
part-grounds-what = Method, assumptions, sources, how to make it again
part-for = For the plan “{ $plan }”
part-not-first = The plan that is shown first gives no PRP. This part is for “{ $plan }”, should it be chosen.

## Approval and record

approval-title = Approval
approval-not = **Not approved.** Nobody has signed this plan. Until a responsible clinician has, it is a proposal.
approval-done = **Approved** by { $by }, { $role }, on { $date }: version { $version } of this plan.
approval-locks = Any change makes a new version, which has to be approved again.
approval-name = Name and signature
approval-role = Role
approval-date = Date
record = Made by { $program } (document version { $schema }) from case { $hash } with seed { $seed }; { $futures } futures for each plan and each explanation of PRP. The last part has the full record and the command that makes it again.

## For the person

goal-pass = Pass
goal-likely = Likely
goal-open = Open
goal-fail = Fail
goals-none = No goal was given, so none is judged.
goals-head-goal = Goal
goals-head-by = By
goals-head-met = Met in
goals-head-stands = Stands at
goals-key = Pass: met in at least 90 of 100 simulated futures, whichever way PRP works. Likely: at least 66, whichever way. Fail: at most 10, whichever way. Open: anything between. Simulated futures are not a guarantee.
person-goals = Your goals
person-must = What must be true
person-next = What comes next
person-decide = What would decide
person-yours = You decide about your head. Nothing here is booked, and any step can be left out; ask for the plan to be made again if you do.
pictures-simulated = { $plan }: simulated on the middle forecast. It is what the model expects, not what is promised; eight in ten futures look a little thinner or fuller.
picture-alt = Simulated picture, { $plan }. { $seen }
compare-title = All plans side by side
compare-note = After two years. “In 100” counts simulated futures over both ways in which PRP may work. The eye notices a change of about 23 %.
compare-head-plan = Plan
compare-head-looks = Looks like, % of the fringe
compare-head-goal = Reaches the goal
compare-head-felt = Felt, % of fringe
compare-head-cost = Cost, two years
compare-head-visits = Visits
compare-hair = hair { $n }
compare-pigment = pigment { $n }
compare-then = then { $cost } a year
over-budget = over budget
no-trial = No trial has combined these
not-offered = Not offered
key-hair = hair
key-pigment = pigment, never counted as hair
key-band = line: 8 in 10 futures
key-ticks = tick: today; dotted tick: the goal
watch-out = Watch out
too-dark = Pigment could look clearly too dark at some time in ten years, where hair comes back under it: { $futures } futures.
stranded = Hair around the pigment could go on thinning, so that within ten years the look falls clearly behind what the work gave, touch-ups included: { $futures } futures. Pigment is not taken out by itself.
looks-title = How it would look: { $plan }
looks-note = Simulated on the middle forecast, at the length that is worn.
charts-title = The next ten years
chart-seen = What is seen
chart-seen-note = Visible density, hairs per cm² of thinning area
chart-felt = What can be felt
chart-felt-note = Terminal hairs per cm² of thinning area
chart-key = Thick line: middle forecast. Band: 8 in 10 futures. Blue area: from hair; dotted: from pigment. Broken grey line: the fringe today. Between the thin grey lines the eye sees no change.
chart-key-prp = Thick line: middle forecast. Band: 8 in 10 futures. Blue area: from hair; dotted: from pigment. Dashes: if PRP re-activates resting follicles; points: if it enlarges thin ones. Broken grey line: the fringe today. Between the thin grey lines the eye sees no change.
calendar-title = Dates and costs
calendar-costs = { $two } in the first two years, then { $year } a year; { $ten } in ten years. { $visits ->
    [one] One visit
   *[other] { $visits } visits
} in the first two years.
calendar-head-date = Date
calendar-head-what = What
calendar-head-time = Time
calendar-head-cost = Cost
calendar-note = Dates are proposals, not bookings. Medicines add their monthly cost to the totals above.
zones-title = Zone by zone
zones-note = Hairs per cm²: today → in two years (middle forecast), the range of eight in ten futures, and in ten years.
zones-head-zone = Zone
zones-head-area = cm²
zones-head-terminal = Terminal hair
zones-head-visible = Visible
zones-head-range = Range
zones-head-ten = 10 years
skin-title = One square centimetre of skin
skin-note = Each picture is 10 mm by 10 mm. At arm’s length such a square is the size of a fingernail.

## For the practitioner

smp-look-first = Look at this before the first session
smp-sessions = Sessions
smp-head-session = Session
smp-head-date = Date
smp-head-dots = Dots
smp-head-time = Needle time
smp-head-sittings = Sittings
smp-head-laid = Laid after it
smp-head-water = Water to 1 mL
smp-head-shade = Of full shade
smp-head-where = Where
smp-touch-up = { $n }, touch-up
smp-no-water = none
smp-depth = Needle set to { $set } mm; pigment is meant to rest at { $deposit } mm, in the upper dermis. Set depth and depth of the deposit are not the same: go by resistance and by no bleeding. Dots heal to about { $healed }.
smp-sheets = The same sheets for the screen: smp.html. Stencils at true scale: vellus dots. Every dot: dots.csv.
smp-session-line = { $dots } dots, { $hours } of needle time in { $sittings ->
    [one] one sitting
   *[other] { $sittings } sittings
}; { $laid } % of the work is laid after it.
smp-order = Order of work
smp-needle = Needle
smp-dots = { $dots } dots
smp-set = Set { $set } mm, deposit meant at { $deposit } mm
smp-cup = In the cup
smp-water = { $water } mL of water to 1 mL
smp-as-it-comes = As it comes, no water
smp-pigment = { $pigment } ({ $base }), lot { $lot }
smp-zones = By zone
smp-fields = Fields, square inches in the order of work; dots of this session
smp-supplies = Supplies
smp-done = What was really done
smp-done-date = Date, hours
smp-done-lot = Pigment, lot
smp-done-water = Water to 1 mL
smp-done-needle = Needle, lot
smp-done-depth = Depth set, mm
smp-done-dots = Dots counted
smp-done-left = Fields left out
smp-done-by = Signature
smp-after = After the needle
smp-heal-days = Days
smp-heal-what = What is seen, what is done
smp-heal-source = Source, grade
smp-ageing = What becomes of the dots
smp-age-after = After
smp-age-tone = Tone, % of fresh
smp-age-diameter = Diameter, mm
smp-fit = How dots and hair stay together
smp-fit-note = Chances within ten years from the work. A zone looks too dark when hair comes back under the dots, too thin when hair goes or dots fade, each by more than { $threshold } %. Score: mean share of futures that stay between the two, per cent; none for a zone with hardly any dots.
smp-fit-zone = Zone
smp-fit-density = Density after, % of fringe
smp-fit-dark = Too dark
smp-fit-thin = Too thin
smp-fit-score = Score
smp-sources = Years after the first half are assumptions: no study follows dots for ten years. Depths, densities and healing are from trade pages (grade C); sources stand in the sheets for the screen.
smp-summary = { $dots } dots over { $area } cm² in the first course, { $more } more in touch-ups; at most { $densest } per cm². One healed dot darkens the skin as much as { $worth } of the person’s shaved hairs.

## For the nurse

prp-ask-first = **Ask before the draw:** { $checks }
prp-draw = { $tubes ->
    [one] **One tube** of { $each } mL
   *[other] **{ $tubes } tubes** of { $each } mL
}: **{ $all } mL** of blood, at most { $limit } mL in one session.
prp-sessions = Sessions: { $dates }. Count the blood again before each.
prp-tube = Tube
prp-rotor = Rotor
prp-citrate = Anticoagulant
prp-anticoagulant = { $what }: { $ml } mL a tube
prp-rpm = { $rpm } rpm
prp-g = { $g } g
prp-no-speed = Speed not stated
prp-minutes = for { $minutes } min
prp-no-minutes = Minutes not stated
prp-if-middle = If { $g } g is meant half-way along the blood: { $rpm } rpm
prp-brake = Brake: { $brake }. { $temperature }
prp-temperature = { $t } °C.
prp-no-temperature = Temperature not stated; room temperature assumed.
prp-expect = What to expect
prp-count = { $n }
prp-count-what = thousand platelets per µL
prp-volume = { $n } mL
prp-volume-what = of PRP
prp-total = { $n }
prp-total-what = billion platelets in all
prp-factor = { $n } ×
prp-factor-what = times blood
prp-below = Below the 1 to 1.5 million per µL that the IADVL recommends.
prp-honest = This says what dose is reached. No study shows that a higher dose grows more hair.
prp-checks = Before the needle
prp-not-asked = **Nobody has asked for contraindications yet.** Ask now; this part holds only if there are none.
prp-check-ask = Ask or look up
prp-check-known = Known
prp-check-then = If so
prp-check-source = Source, grade
prp-grades = A paper or society, B textbook or clinician, C clinic page, D weaker. Lines with counts ask whether it is at least that: if not, the third column holds.
prp-inject = Inject
prp-points = **{ $points } points**, { $each } mL each
prp-bald = Left out as bald: { $zones }. PRP makes no new follicles.
prp-map = Map of the injections
prp-map-note = Seen from above and behind. Follicles as forecast for { $date }. Coordinates: injections.csv.
prp-zone = Zone
prp-zone-area = cm²
prp-zone-live = Live, thinning per cm²
prp-zone-points = Points
prp-zone-volume = mL
prp-zone-dose = Platelets, 10⁶ per cm²
prp-all = All that is injected
prp-waits = waits
prp-zones-note = { $each } mL per cm²; { $dose } million platelets at a point ({ $lo } to { $hi }).
prp-in-the-tube = In the tube
prp-tube-note = One tube; heights are computed, colours drawn: plasma is a deeper yellow the more platelets it holds.
prp-depends = What the count depends on most
prp-depends-note = Times blood when one thing is at the low or high end of what is likely, the rest at their middle.
prp-depends-what = What
prp-depends-range = From, to
prp-depends-factor = Times blood
prp-depends-span = { $from } to { $to }
prp-count-your-own = Count your own PRP and write it down: a clinic’s own counts say more than any of these.

## For the doctor

doctor-lede = { $person }. Shown first is “{ $plan }”; it holds only under what is said here.
doctor-inference = **No trial has combined these treatments.** The order is reasoned from trials of each part.
doctor-decide = What waits for your word
decide-ask = **Ask for contraindications.** Nobody has, and every line below depends on the answer.
decide-hit = **{ $condition }.** Whether these may go ahead: { $treatments }. { $reason }
decide-drugs = **Medicines.** Whether they may be taken, in which dose, and who follows them: { $drugs }.
decide-prp = **PRP.** { $sessions ->
    [one] One session
   *[other] { $sessions } sessions
}, { $blood } mL of blood at each: whether blood may be drawn and injected.
decide-checks = **Not known before PRP:** { $checks }
decide-smp = **Pigment.** Whether the skin may be tattooed, and whether anything taken now speaks against it.
decide-transplant = **Transplant.** Whether the donor area and the person’s health allow it.
decide-quick = **A quick look.** Have the full plan made before you sign.
decide-approve = **Approval.** Sign on the front sheet, or say what has to change; a change makes a new version.
doctor-fitted = Fitted to this person
doctor-drugs = Medicines in this plan
doctor-no-drugs = The plan that is shown first uses none.
doctor-drug-costs = Monthly costs assumed: { $drugs }. What is prescribed is decided by a doctor; nothing here is a prescription.
doctor-rules = Contraindications, with rule and source
rules-condition = Condition
rules-action = What follows
rules-treatments = Concerns
rules-reason = Why
rules-source = Rule, source
doctor-goals = Goals under every plan
doctor-in-hundred = In 100 futures
doctor-by-mechanism = By how PRP works
goal-by = { $goal } by { $date }

## What it rests on

assumed-title = Not stated, so assumed
grounds-not-a-promise = **This is decision support. It is not a medical device and not a promise.** A doctor decides about blood, needles and medicines; the person decides about their head.
grounds-two-ways = **Two explanations of PRP.** How it works is not settled, so every forecast is made under both. Re-activate: follicles that rest but live grow again, and there are more hairs. Enlarge: follicles that have shrunk grow thicker hairs. A follicle that is gone answers to neither. A plan leads only when it leads under both.
grounds-placebo = **Gains over placebo.** Trials report gains over the first day. People on placebo also change: up in short trials, down in long ones. The effects here are sized on the difference between treated and placebo arms.
grounds-apart = **Pigment and hair are counted apart.** SMP changes what is seen; it adds no hair and cannot be felt.
grounds-hundred = **Futures.** Each plan is run on the same sample of follicles under many possible responses. “60 in 100” means that 60 of 100 such futures meet the goal. It is no frequency in treated people.
grounds-band = **Ranges.** Eight in ten simulated futures lie within a range; one in ten is below and one in ten above.
findings-title = What a reader should know
assumptions-title = Assumed, since it was not given
assumptions-key = What was left out
assumptions-value = Taken instead
assumptions-why = Why
sources-title = Sources
made-title = How it was made
made-program = Program
made-schema = document version { $n }
made-case = Case (BLAKE3)
made-seed = Seed
made-futures = Futures
made-futures-value = { $n } for each plan and each explanation of PRP
made-head = Head
made-head-value = { $source }; { $length } × { $breadth } mm, { $around } mm around; { $follicles } follicles in { $units } units
made-command = Command
made-again = To make it again:
made-again-note = the same case file, seed and version of the program give the same document, byte for byte. Give the path of the case file in place of case.toml.

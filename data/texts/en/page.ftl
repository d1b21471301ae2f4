# The page for the screen; what it shares with the report on paper stands in paper.ftl.

## The page

page-skip = To the choice
page-hair-plan = hair plan
page-case = Case
page-person = Person
page-date = Date
page-foot = Decision support, not a medical device and not a promise.
page-picture = Picture
page-close = Close

## Before anything else

page-hit = Concerns { $treatments }. Source: { $source }.
page-none-named = **Contraindications were asked for; none was named.** Tell the clinic if that changes.

## The choice

today = Today
choice-seen-today = of the fringe’s density is seen in the thinning area
choice-terminal = Terminal hair there
per-cm2 = { $n } per cm²
choice-fringe = In the fringe
choice-area = Thinning area
choice-area-of = { $n } of { $all } cm²
choice-length = Length worn
choice-side = Side by side
choice-side-by-side = Side by side, { $moment }
choice-view = { $view } view, simulated on the middle forecast
choice-seen = **{ $n } %** seen
choice-felt = **{ $n } %** felt
choice-goal = **{ $n }** in 100 reach the goal
choice-cost = **{ $cost }** in two years
choice-note = Per cent of the fringe’s density: the hair at the sides and back that pattern loss spares. Seen after two years: hair and pigment together. Felt: living hair only.
choice-goal-line = Goal: { $goal }.

## The comparison

compare-numbers = The same in numbers, with how sure they are
compare-hundred = “In 100” counts simulated futures: each is one way in which this head could answer, over both ways in which PRP may work. The eye notices a change of about 23 %.
compare-key = Key to the bars
compare-key-pigment = pigment (never counted as hair)
key-futures = 8 in 10 futures
key-today = today
key-goal = goal
compare-looks = Looks like
compare-looks-unit = % of the fringe, after two years
compare-goal = Reaches the goal
compare-goal-unit = in 100 futures
compare-felt = Felt
compare-felt-unit = % of fringe
compare-eye = To the eye
compare-eye-unit = against today
compare-cost = Cost
compare-two-years = in two years
compare-over = Over budget
compare-within = within budget
compare-visits = Visits, two years
compare-holds = Holds only if:
compare-stranded = Risk: hair around the pigment goes on thinning, so that within ten years the look falls clearly behind what the work gave, touch-ups included: { $futures } futures.
compare-risk = Risk: looks clearly too dark at some time in ten years, where hair comes back under pigment: { $futures } futures.

## One plan

plan-another = Another choice
plan-inference = **No trial has combined these.** The order is reasoned from trials of each part.
plan-seen = **{ $n } %** seen after two years
plan-goal = **{ $chance }** futures reach the first goal
plan-by = { $n } if PRP works by “{ $how }”
plan-cost = **{ $cost }** in ten years
sheet-title = How it would look
sheet-note = Simulated on the middle forecast; eight in ten futures look a little thinner or fuller than this.
sheet-pictures = Pictures of { $plan }
sheet-caption = { $plan }: rows are views, columns are dates
chart-from-hair = from hair
chart-from-pigment = from pigment
chart-middle = middle
chart-reactivates = PRP re-activates
chart-enlarges = PRP enlarges
chart-fringe = the fringe today
chart-notices = beyond these lines the eye notices

## What is done

work-goals = Goals
work-goals-caption = Goals of { $plan } and how often they are met
work-calendar = Calendar
work-calendar-caption = What is done when under { $plan }
work-prp = PRP, from blood to scalp
work-prp-sessions = { $n ->
    [one] one session
   *[other] each of { $n } sessions
}
work-blood = Blood
work-drawn = drawn
work-spin = Spin
work-recovered = of the platelets recovered ({ $lo }–{ $hi })
work-platelets = Platelets
work-platelets-n = { $n } 000 per µL
work-platelets-range = ({ $lo }–{ $hi } thousand), { $factor } times blood
work-scalp = Scalp
work-points = { $ml } mL, { $points } points
work-spread = for { $area } cm² of live, thinning skin: { $each } mL per cm² if it were spread over all of it
work-step-by-step = Step by step, with the map of injections:
work-at-the-bench = at the bench
work-smp = SMP sessions
work-dots = **{ $dots } dots** over { $area } cm² in the first course; at most { $densest } per cm².
work-dots-more = **{ $dots } dots** over { $area } cm² in the first course, { $more } more in touch-ups; at most { $densest } per cm².
work-worth = One healed dot darkens the skin as much as { $n } of your shaved hairs.
work-smp-caption = SMP sessions of { $plan }
work-touch-up = touch-up
work-sittings = in { $n }
work-visible = Visible density
work-with-pigment = with pigment
work-two-years = today → 2 y
work-range = range
work-ten-years = 10 y

## Pictures

pictures-title = { $plan }, step by step
pictures-note = Simulated on the middle forecast: what the plan expects, not what it promises.
pictures-skin-note = Each picture is 10 mm by 10 mm; the bar is 1 mm. At arm’s length such a square is the size of a fingernail.

## What it rests on

page-not-a-promise = **This is decision support. It is not a medical device and not a promise.** A doctor decides about blood, needles and medicines; you decide about your head.
page-two-ways = How PRP works is not settled, so every forecast is made under two explanations. **Re-activate**: follicles that rest but live grow again, and there are more hairs. **Enlarge**: follicles that have shrunk grow thicker hairs. A follicle that is gone answers to neither.
page-placebo = Trials report gains over the first day. People on placebo also change: up in short trials, down in long ones. A gain over the first day is therefore not the gain from the treatment: the effects here are sized on the difference between treated and placebo arms.
page-apart = Pigment and hair are counted apart everywhere. SMP changes what is seen; it adds no hair and cannot be felt.
page-assumptions = Assumptions
page-seed = { $seed }; the same case, seed and version give the same page

## The parts

nav-label = Parts of this report
nav-person = For you
nav-practitioner = Practitioner
nav-nurse = Nurse
nav-doctor = Doctor
nav-grounds = What it rests on
nav-smp-sheets = The sheets of each session
nav-stencils = Needle, cup, order of work and supplies stand there and in report.pdf; stencils at true scale are made by vellus dots.

## PRP at the bench: prp.html, and the nurse’s part of the page

bench-eyebrow = At the bench · { $label }
bench-eyebrow-date = At the bench · { $label } · session on { $date }
bench-title = PRP, from the draw to the scalp
bench-plan = For the plan “{ $plan }”. The same tubes and spins at every session; count the blood again before each.
bench-checks = What is checked before blood is drawn
bench-draw = Draw
bench-tubes = { $tubes ->
    [one] **1** tube
   *[other] **{ $tubes }** tubes
} × { $each } mL = **{ $all } mL** of blood
bench-limit = Most in one session
bench-then-take = { $spin }, then take
bench-rpm = **{ $n }** rpm
bench-g = **{ $n }** g
bench-minutes = for **{ $n }** min
bench-no-minutes = minutes not stated
bench-force = Force
bench-if-middle = If { $g } g is meant half-way
bench-brake = Brake
bench-temperature = Temperature
bench-no-temperature = not stated; room temperature assumed
bench-expect-note = middle, and 8 in 10 sessions
bench-count = **{ $n }** thousand per µL
bench-count-range = { $lo } to { $hi }; { $factor } times blood ({ $from } to { $to })
bench-volume = Volume
bench-ml = **{ $n }** mL
bench-volume-range = { $lo } to { $hi }; { $each } a tube
bench-total = Platelets in all
bench-billion = **{ $n }** billion
bench-total-range = { $lo } to { $hi }; { $share } % of those drawn ({ $from } to { $to })
bench-white = White cells
bench-cells = { $n } thousand per µL
bench-range = { $lo } to { $hi }
bench-red = Red cells
bench-class = Class
bench-points = **{ $points }** points, **{ $each }** mL each
bench-doses = Dose by zone, those with most live thinning follicles first; platelets in millions per cm² with 8 in 10 sessions
bench-sessions = Sessions: { $dates }.
bench-sensitivity = Sensitivity of the concentration factor
bench-assumed = Assumed inputs
bench-middle = Middle (8 in 10)
bench-page-title = { $label } – PRP at the bench
bench-foot = Decision support, not a medical device and not a promise. A doctor decides about blood and needles.

## Strategies beside each other

trade-title = What you would trade
trade-note = Each dot is a plan: further up more futures reach your goal, further left it costs less. On the line no other plan is better in chance, cost and regret at once. Regret: pigment turns out too dark or is stranded by loss.
trade-beaten = { $plan }: “{ $by }” does as well or better in all of these.
prp-first-title = What trying PRP first is worth to you
prp-first-lede = It changes what is drawn in **{ $n }** of 100 simulated futures.
prp-first-spared = Dots it spares
prp-first-cost = What PRP costs until the decision
prp-first-months = Months of waiting for the first dot
prp-first-later = Months by which the look you want comes later
prp-first-note = Changed means: more than a fifth fewer dots than the same work on the same day without PRP, or a gain that is seen before any dot. No trial has tested this order.
next-title = What to measure next
next-row = **{ $what }**, { $when }: would narrow the forecast of the hair after two years by about { $n } %.
found-title = The search for your plan

## What the futures come to

goals-likely = two in three reach { $n } %
goals-budget = Within your budget in { $chance } futures.
branches-title = Where the count may lead
branches-shown = shown here
branches-row = { $share } futures
branches-visible = { $n } % of the fringe seen after two years
area-title = How much of the scalp looks how dense
area-note = Read it like this: at a density on the lower edge, the line says what share of the area shows at least that much. Bands hold 8 in 10 futures.
indicators-title = Every indicator, with its band
indicators-note = Middle and, in brackets, 8 in 10 futures over both ways in which PRP may work; the thinning area. Arrows show which way is better. Hold the pointer over a name for what is counted and where it is from.
indicators-note-paper = Middle and, in brackets, 8 in 10 futures over both ways in which PRP may work; the thinning area. Arrows show which way is better.
indicators-name = Indicator
indicators-two = after 2 years
indicators-five = after 5
indicators-ten = after 10
waits-title = What moved dates, by which rule
waits-inference = our inference

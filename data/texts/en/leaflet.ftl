# Consent and aftercare: what stands around the statements and the answers, which are in consent/*.toml and
# aftercare/*.toml.

leaflet-page = consent and aftercare
leaflet-case = Case
leaflet-person = Person
leaflet-date = Date
leaflet-before = Before you agree
leaflet-lede = These sheets are about “{ $plan }”. Read them at home, ask, and sleep on it. Nothing here is a promise, and doing nothing is one of the choices.
leaflet-inference-chip = Inference
leaflet-inference = No trial has combined these treatments. The order is reasoned from what each of them does alone.
leaflet-only-if = It works out only if
leaflet-cost = About **{ $two }** in the first two years, **{ $ten }** in ten years, for everything in this plan.
leaflet-not-asked-title = Not asked yet
leaflet-not-asked = Nobody has asked what speaks against a treatment: illnesses, medicines, pregnancy, allergies. That comes before a signature.
leaflet-sheets = Sheets
leaflet-grades = Grades of sources: A paper or society · B textbook, product information or clinician · C studio or clinic · D weaker · inference: reasoned here · this plan: its own numbers.
leaflet-foot = Decision support, not a medical device and not a promise. These texts are no legal advice: the law of the place decides what a consent must say. “facts S…” are the numbered addresses of the project’s facts file.

consent-eyebrow = Consent
consent-stops = This speaks against it in your case
consent-decision = { $treatment }: my decision
consent-read = I have read this sheet and could ask what I wanted.
consent-uncertain = I know that the result is not certain, and what cannot be undone.
consent-free = I know that I may do nothing, or something else, and may stop at any time.
consent-agree = I agree
consent-refuse = I do not agree
consent-wait = I want more time
consent-questions = My questions
consent-name = Name
consent-explained = Explained by
consent-signature = Date, signature

consent-what = What is done
consent-hope = What it can and cannot do
consent-risk = What can happen
consent-stays = What cannot be undone
consent-not = Who should not have it
consent-costs = What it costs
consent-other = What else you could do
consent-right = What you may ask for

consent-one-day = { $what ->
    [session] 1 session
    [touch-up] 1 touch-up
   *[operation] 1 operation
}, { $day }
consent-days = { $what ->
    [session] { $n } sessions
    [touch-up] { $n } touch-ups
   *[operation] { $n } operations
}, { $first } to { $last }
consent-drug-costs = Here: about { $month } a month for { $drug }, { $year } a year.
consent-costs-here = { $n ->
    [one] Here: about { $all } for one appointment in ten years.
   *[other] Here: about { $all } for { $n } appointments in ten years.
}
consent-dark = In this plan: too dark at some time in ten years, since hair came back under it, in { $futures } simulated futures.
consent-stranded = Stranded at some time in ten years, since hair around it was lost, in { $futures }.
consent-platelets = Here: about { $median } thousand platelets per µL are expected ({ $lo } to { $hi }).
consent-stop-forbid = Not with { $condition }. { $reason } Source: { $source }.
consent-stop-delay = Wait first: { $condition }. { $reason } Source: { $source }.
consent-stop-doctor = A doctor decides first: { $condition }. { $reason } Source: { $source }.

care-eyebrow = To take home
care-doctor = Call a doctor
care-note = Clinics contradict each other, and hardly any of it has been tested. First stands what this plan takes, then who says what. If the one who treats you says otherwise, do that.
care-holds = Holds { $until }.
care-disputed = They say different things
care-one-answer = One answer was found
care-a-day = for a day
care-a-year = for a year
care-weeks = for { $n } weeks
care-until-day = until the end of day { $n }

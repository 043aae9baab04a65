/**
 * Every kind of name that a module uses, each misspelt once: the compiled file, its text, the wrong text, and the line that the start
 * prints.
 */
const [booking, bookings] = ['bookings/table-booking.js', 'bookings/bookings.js'];
const workflow = "Workflow 'table-booking'";

export const misspellings: readonly (readonly [sort: string, file: string, from: string, to: string, line: string])[] = [
  [
    'resolver',
    booking,
    'body: BookingBody,',
    "body: BookingBody, resolver: 'bookin',",
    `${workflow}: no module brings the resolver 'bookin', named by the start`,
  ],
  ['task', bookings, 'reserveTable: ({', 'reserveTabel: ({', `${workflow}, state 'reserving': no module brings the task 'reserveTable'`],
  ['refusal', bookings, "'guests-changed-too-often':", "'guests-changed':", 'no module brings the refusal'],
  [
    'notice',
    booking,
    "notice: 'table-held'",
    "notice: 'table-hold'",
    `${workflow}, state 'held': no module brings the notice 'table-hold'`,
  ],
  ['address of a message', booking, "to: 'email'", "to: 'mail'", `${workflow}, state 'held': no module brings the detail 'mail'`],
  ['detail', booking, 'masked.name', 'masked.nam', `${workflow}: no module brings the detail 'nam', which the view shows`],
  ['kept field', booking, "name: 'shown'", "nam: 'shown'", `${workflow}: the start does not use its field 'name'`],
  ['claim', booking, "claims: ['booking']", "claims: ['bookin']", `${workflow}: no module brings the claim 'bookin'`],
  ['guard', booking, "guard: 'changesLeft'", "guard: 'changeLeft'", `${workflow}, state 'held': the machine has no guard 'changeLeft'`],
  ['deadline', booking, "hold: 'heldUntil'", "holt: 'heldUntil'", `${workflow}: the machine has no delay 'holt', named as a deadline`],
  ['delay', booking, 'after: { hold:', 'after: { holt:', `${workflow}, state 'held': the machine has no delay 'holt'`],
  ['event', booking, 'CONFIRM: {', 'CONFIRN: {', `${workflow}: no state of the machine hears the event CONFIRN`],
  ['success', booking, "outcome: 'booked'", "outcome: 'book'", `${workflow}: the success 'book' is no final state`],
  ['figure of a workflow', bookings, 'figures: bookingFigures,', '', 'tableHoldMs'],
];

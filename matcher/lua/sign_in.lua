-- A seat announces itself from a window; the newer window wins. A seat that was away is paused until it says `ready`;
-- one that is alive stays what it is, with its new abilities.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 profile, 5 abilities (JSON), 6 duty, 7 home district, 8 flexibility,
--       9 wrap-up in ms, 10 window, 11 lease in ms, 12 capacity, 13 account
-- Returns: the seat's row
-- Errors: none
-- Events: seat_announced, seat_changed, reservation_made
-- include: keys
-- include: ensure_profile
-- include: sign_in_seat
-- include: sign_out_seat
-- include: seat_row
local seat = ARGV[3]
local card = { profile = ARGV[4], able = ARGV[5], duty = ARGV[6], wrap_ms = ARGV[9], window = ARGV[10],
  lease_ms = tonumber(ARGV[11]), capacity = tonumber(ARGV[12]),
  account = ARGV[13] }
local before = tonumber(call('HGET', key('seat', seat), 'capacity') or 1)
ensure_profile(card.profile, card.able, card.duty, ARGV[7], ARGV[8])
sign_in_seat(seat, card)
for place = 2, card.capacity do
  sign_in_seat(seat .. '~' .. place, card)
end
for place = card.capacity + 1, before do
  sign_out_seat(seat .. '~' .. place)
end
return seat_row(seat)

-- A seat announces itself from a window; the newer window wins. A seat that was away is paused until it says `ready`;
-- one that is alive stays what it is, with its new abilities.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 profile, 5 abilities (JSON), 6 duty, 7 home district, 8 flexibility,
--       9 wrap-up in ms, 10 window, 11 lease in ms, 12 account
-- Returns: the seat's row
-- Errors: none
-- Events: seat_announced, seat_changed, reservation_made
-- include: keys
-- include: ensure_profile
-- include: sign_in_seat
-- include: seat_row
local seat, profile, able, duty = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
ensure_profile(profile, able, duty, ARGV[7], ARGV[8])
sign_in_seat(seat, { profile = profile, able = able, duty = duty, wrap_ms = ARGV[9], window = ARGV[10],
  lease_ms = tonumber(ARGV[11]), account = ARGV[12] })
return seat_row(seat)

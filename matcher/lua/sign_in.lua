-- A seat announces itself from a window; the newer window wins. A seat that was away is paused until it says `ready`;
-- one that is alive stays what it is, with its new abilities.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 profile, 5 abilities (JSON), 6 duty, 7 home district, 8 flexibility,
--       9 wrap-up in ms, 10 window, 11 lease in ms
-- Returns: the seat's row
-- Errors: none
-- Events: seat_announced, seat_changed, reservation_made
-- include: keys
-- include: now
-- include: emit
-- include: due
-- include: ensure_profile
-- include: idle_out
-- include: seat_counts
-- include: seat_to
-- include: seat_idles
-- include: seat_row
local seat, profile, able, duty, lease_ms = ARGV[3], ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[11])
local known = call('HMGET', key('seat', seat), 'state', 'profile', 'duty')
local state, old = known[1] or 'offline', known[2]
ensure_profile(profile, able, duty, ARGV[7], ARGV[8])
local idle_key
if state == 'idle' and old ~= profile then
  idle_key = idle_out(seat, old, known[3])
end
call('SADD', PREFIX .. 'seats', seat)
call('HSET', key('seat', seat), 'profile', profile, 'duty', duty, 'wrap_ms', ARGV[9], 'window', ARGV[10],
  'lease', lease_ms)
call('HDEL', key('seat', seat), 'lost')
due(now + lease_ms, 'beat', seat)
emit('seat_announced', 'seat', seat, 'duty', duty, 'profile', profile, 'abilities', able)
if state == 'offline' then
  seat_counts('online', profile, 1)
  call('HSET', key('seat', seat), 'misses', 0)
  seat_to(seat, 'offline', 'paused', 'break', 0, '')
elseif old ~= profile then
  seat_counts('online', old, -1)
  seat_counts('online', profile, 1)
  if state ~= 'paused' then
    seat_counts('working', old, -1)
    seat_counts('working', profile, 1)
  end
end
local ticket = call('HGET', key('seat', seat), 'ticket')
if ticket ~= '' then
  call('ZREM', PREFIX .. 'due', 'grace|' .. ticket)
end
if idle_key then
  seat_idles(seat, profile, duty, idle_key)
end
return seat_row(seat)

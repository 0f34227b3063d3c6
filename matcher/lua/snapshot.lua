-- The floor, or as much of it as one call may read: a small one at one moment, a large one in slices. Each slice is as
-- it stands by then; a reader who applies the journal's entries after the first call's id has the floor as it is.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 cursor of the seats, 4 cursor of the line ('0' begins, '' is done), 5 how many at once
-- Returns: {last journal id, {counter, value, ...} of today, cursor, seats' rows, cursor,
--          {ticket, since_ms, lane, score}..., {lane, needs (JSON), ...}}
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: rules
-- include: seat_row
local function slice(command, name, cursor)
  if cursor == '' then
    return '', {}
  end
  local found = call(command, PREFIX .. name, cursor, 'COUNT', ARGV[5])
  return found[1] == '0' and '' or found[1], found[2]
end

local last = call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local day = key('count', string.format('%d', math.floor((now + ahead_ms) / 86400000)))
local seats, tickets, needs, known = {}, {}, {}, {}
local seats_cursor, names = slice('SSCAN', 'seats', ARGV[3])
for i, seat in ipairs(names) do
  seats[i] = seat_row(seat)
end
local line_cursor, line = slice('ZSCAN', 'line', ARGV[4])
for i = 1, #line, 2 do
  local lane, score = unpack(call('HMGET', key('ticket', line[i]), 'lane', 'score'))
  if lane and score then -- a spoilt line names tickets that there are not; the care of the queue removes them
    tickets[#tickets + 1] = { line[i], line[i + 1], lane, score }
  end
  if lane and not known[lane] then
    known[lane] = true
    needs[#needs + 1] = lane
    needs[#needs + 1] = call('HGET', key('lane', lane), 'needs')
  end
end
return { last[1] and last[1][1] or '0-0', call('HGETALL', day), seats_cursor, seats, line_cursor, tickets, needs }

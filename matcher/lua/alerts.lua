-- What a seat may claim now: the first waiting tickets of the lanes it fits, those it declined left out.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 how many at most
-- Returns: tickets' rows, oldest first
-- Errors: SEAT_NOT_FOUND
-- Events: none
-- include: keys
-- include: named_heads
-- include: ticket_row
local seat, limit = ARGV[3], tonumber(ARGV[4])
local profile = call('HGET', key('seat', seat), 'profile')
if not profile then
  return { -5, seat }
end
local lanes = call('ZINTER', 2, key('pc', profile), PREFIX .. 'heads')
for _, lane in ipairs(named_heads(seat, profile)) do
  lanes[#lanes + 1] = lane.name
end
local found = {}
for i = 1, math.min(#lanes, limit) do
  local tickets = call('ZRANGE', key('wait', lanes[i]), 0, limit - 1, 'WITHSCORES')
  for j = 1, #tickets, 2 do
    if not call('ZSCORE', key('shun', seat), tickets[j]) then
      found[#found + 1] = { ticket = tickets[j], score = tonumber(tickets[j + 1]) }
    end
  end
end
table.sort(found, function(a, b) return a.score < b.score or (a.score == b.score and a.ticket < b.ticket) end)
local rows = {}
for i = 1, math.min(#found, limit) do
  rows[i] = ticket_row(found[i].ticket)
end
return rows

-- What `check` must know of a few suspects, at one moment: they and what they refer to.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 suspects (JSON): tickets and the lanes that each was seen in, seats and their profiles,
--       lanes, profiles, links {lane, profile}, crowd (seats of which only the record is wanted)
-- Returns: {JSON of matcher.check.Holdings, as far as it was asked for; last journal id}
-- Errors: none
-- Events: none
-- include: keys
local asked = cjson.decode(ARGV[3])
local held = { fence = call('GET', PREFIX .. 'fence') or '0' }
for _, name in ipairs({ 'tickets', 'seats', 'lanes', 'profiles', 'wait', 'cp', 'idle', 'pc', 'shun', 'heads',
  'idle_heads', 'part_heads', 'line', 'due', 'online', 'working' }) do
  held[name] = {}
end

local function note(name, member)
  held[name][member] = call('ZSCORE', PREFIX .. name, member) or nil
end

-- A member of one of many sorted sets, such as a ticket in `wait` of a lane.
local function note_in(kind, of, member)
  local score = call('ZSCORE', key(kind, of), member)
  held[kind][of] = held[kind][of] or {}
  held[kind][of][member] = score or nil
end

local function note_head(kind, of)
  local head = call('ZRANGE', key(kind, of), 0, 0, 'WITHSCORES')
  held[kind][of] = held[kind][of] or {}
  if head[1] then
    held[kind][of][head[1]] = head[2]
  end
end

-- Put a record among those held, if it is one of the realm's; returns it.
local function record(set, kind, id)
  local flat, row = call('HGETALL', key(kind, id)), {}
  for i = 1, #flat, 2 do
    row[flat[i]] = flat[i + 1]
  end
  if call('SISMEMBER', PREFIX .. set, id) == 1 and next(row) then
    held[set == 'open' and 'tickets' or set][id] = row
  end
  return row
end

local function lane(id)
  record('lanes', 'lane', id)
  note('heads', id)
  note_head('wait', id)
end

local function profile(id)
  record('profiles', 'profile', id)
  note_head('idle', id)
  for _, name in ipairs({ 'idle_heads', 'part_heads', 'online', 'working' }) do
    note(name, id)
  end
end

local function ticket(id, lanes)
  local row = record('open', 'ticket', id)
  lanes[#lanes + 1] = row.lane
  for _, name in ipairs(lanes) do
    lane(name)
    note_in('wait', name, id)
  end
  note('line', id)
  for _, kind in ipairs({ 'ring', 'hold', 'time', 'grace' }) do
    note('due', kind .. '|' .. id)
  end
  return row
end

local function seat(id, profiles)
  local row = record('seats', 'seat', id)
  profiles[#profiles + 1] = row.profile
  for _, name in ipairs(profiles) do
    profile(name)
    note_in('idle', name, id)
  end
  note('due', 'beat|' .. id)
  note('due', 'wrap|' .. id)
  for name in pairs(asked.tickets) do
    note_in('shun', id, name)
  end
  return row
end

for id, lanes in pairs(asked.tickets) do
  local row = ticket(id, lanes)
  if row.seat then
    seat(row.seat, {})
  end
end
for id, profiles in pairs(asked.seats) do
  local row = seat(id, profiles)
  if row.ticket and row.ticket ~= '' then
    ticket(row.ticket, {})
  end
end
for _, id in ipairs(asked.lanes) do
  lane(id)
end
for _, id in ipairs(asked.profiles) do
  profile(id)
end
for _, pair in ipairs(asked.links) do
  lane(pair[1])
  profile(pair[2])
  note_in('cp', pair[1], pair[2])
  note_in('pc', pair[2], pair[1])
end
for _, id in ipairs(asked.crowd) do
  record('seats', 'seat', id)
end
local last = call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
return { cjson.encode(held), last[1] and last[1][1] or '0-0' }

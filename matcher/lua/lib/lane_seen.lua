-- include: keys
-- include: some_of
-- include: rate_of
-- include: rivals_of
-- What a place in a lane depends on besides the ticket: able seats signed in, working ones, their calls a second, the
-- rival lanes. Worked out from at most so many profiles and rivals, so that a large floor costs no more than a middling
-- one, which is then true to a few per cent; what was dear to find is kept for two seconds. `known` is this call's.
local PROFILES_MAX, DEAR, KEPT_MS = 64, 100, 2000

local function seats_by_profile(lane, set)
  local found, names, seats, sum = call('ZINTER', 2, key('cp', lane), PREFIX .. set, 'WEIGHTS', 0, 1, 'WITHSCORES'),
    {}, {}, 0
  for i = 1, #found, 2 do
    local n = tonumber(found[i + 1])
    names[#names + 1], seats[found[i]], sum = found[i], n, sum + n
  end
  return names, seats, sum
end

local function work_out(lane, known)
  local online, _, able = seats_by_profile(lane, 'online')
  local working, seats, sum = seats_by_profile(lane, 'working')
  known[lane] = sum
  local profiles, each = some_of(online, PROFILES_MAX)
  local rivals = rivals_of(lane, profiles, each, seats, known)
  local full, stands_for = some_of(working, PROFILES_MAX)
  return { able = able, seats = sum, rate = tostring(rate_of(full, stands_for, seats)), rivals = rivals,
    cost = #profiles + 2 * #full + #rivals }
end

local function lane_seen(lane, known)
  local kept = call('GET', key('seen', lane))
  if kept then
    local found = cmsgpack.unpack(kept)
    found.cost = 0
    return found
  end
  local found = work_out(lane, known)
  if found.cost > DEAR then
    call('SET', key('seen', lane), cmsgpack.pack(found), 'PX', KEPT_MS)
  end
  return found
end

-- include: keys
-- All known profiles that fit the needs of a lane without a named seat: one SINTER for its district, one for
-- profiles that act for any.
local function able_profiles(needs)
  local sets = {}
  for i, need in ipairs(needs.skills) do
    sets[i] = key('able', 's:' .. need.skill .. ':' .. need.level)
  end
  if needs.language ~= '' then
    sets[#sets + 1] = key('able', 'l:' .. needs.language)
  end
  if needs.authority > 0 then
    sets[#sets + 1] = key('able', 'a:' .. needs.authority)
  end
  if needs.district == '' then
    return call('SINTER', unpack(sets))
  end
  local last = #sets + 1
  sets[last] = key('able', 'd:' .. needs.district)
  local found = call('SINTER', unpack(sets))
  sets[last] = key('able', 'd:*')
  for _, profile in ipairs(call('SINTER', unpack(sets))) do
    found[#found + 1] = profile
  end
  return found
end

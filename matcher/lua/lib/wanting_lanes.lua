-- include: keys
-- Lanes worth a closer look for a new profile: those that ask for one of its skills in one of its districts.
local function wanting_lanes(able, anywhere)
  local sets = {}
  for _, held in ipairs(able.skills) do
    if anywhere then
      sets[#sets + 1] = key('want', held.skill)
    else
      sets[#sets + 1] = key('want', held.skill .. '|')
      for _, district in ipairs(able.districts) do
        sets[#sets + 1] = key('want', held.skill .. '|' .. district)
      end
    end
  end
  return #sets > 0 and call('SUNION', unpack(sets)) or {}
end

-- The words under which a lane is looked for when a new profile appears: its first skill, with and without district.
local function lane_words(needs)
  local skill = needs.skills[1].skill
  return skill, skill .. '|' .. needs.district
end

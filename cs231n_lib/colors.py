"""The colours of Okabe and Ito (2008), chosen to be distinct with any kind of colour vision, and two greys.

Colour never says anything alone: a mark, a word, a dash or a hatch says it too.

Source: Okabe & Ito (2008), *Color Universal Design*.
"""

BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
YELLOW = "#F0E442"
GREY = "#7F7F7F"
LIGHT_GREY = "#BBBBBB"

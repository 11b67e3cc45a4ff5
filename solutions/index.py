# %% [markdown]
# # Neural networks, from scratch
#
# In each of nine lessons you write some of the functions that a neural network is made of, one at a time, in plain NumPy. After each
# function a **check** tells you at once whether it is right, or which mistake you made. Then you see it work on real data, and at the end of each lesson
# a network is trained with the functions that you have written so far.
#
# **If you are new to notebooks**, read the next section, which takes five minutes. **If you know JupyterLab**, read only *In a lesson* and
# *About this course* below, and begin with [lesson 01, Optimization](01_optimization/01_optimization.ipynb). **If arrays or derivatives are new to you**, begin with the optional
# [primer](00_primer/00_primer.ipynb). It takes at most an hour, and its eight questions tell you what you can skip.

# %% jupyter={"source_hidden": true}
# The map of the course
from cs231n_lib.course.map import CourseMap

CourseMap()

# %% [markdown]
# ## Five minutes to begin
#
# This page is a **notebook**, which is a column of *cells*. Some contain text, like this one. Others contain Python, like the next two.
#
# Your copies of the lessons are in folders beside this page, such as `01_optimization/`. The page and these folders form the folder `work/` of the course, which `python -m cs231n_lib start` makes.
# If Python finds *no module named cs231n_lib*, start JupyterLab from the environment in which you installed the course. If you received only notebooks, ask for the file `cs231n_lib-….whl` as well, put it beside this page, and run `%pip install` with its name in a new cell.
#
# **1. Run a cell.** Click into the grey cell below and press **Shift+Enter**. Python runs it, and the mark to its left becomes a number. The mark
# `[*]` means that the cell is still running, and the number counts the cells that you have run. Press Shift+Enter once more to run the check below it.
#
# **2. Read what the check says.** The function is wrong on purpose, and the check names the mistake. What you see below before you run the cells was
# saved with this page.
#
# **3. Correct the function.** Change it, run its cell **again**, then run the check again. A change has no effect until you run the cell.

# %%
from cs231n_lib.course import practice as checks


def double(x):
    """Twice x, entry by entry."""
    return x * x


# %%
checks.double()

# %% [markdown]
# When the check says *Right*, you know how every exercise works.
#
# ## In a lesson
#
# Each exercise begins with a short explanation, often with a figure. A box with a blue edge gives its importance, points and time. Below the box is a cell in which you write **one
# function** in place of the line `raise NotImplementedError`. The cell after it holds the check. The text in triple quotes ends with an *example*, a call after `>>>` and its result,
# which you can work out by hand. After full marks the check offers *One way to write it*, so that you can compare this version with yours. From lesson 02 on, a lesson begins with a **warm-up** of three questions about
# earlier lessons. Some lessons then ask you to write one earlier function again from memory, which you can skip. Some parts ask you to **predict** the result of an experiment before it runs. Predictions give no points, and you learn most from a wrong one.
# No exercise needs the code of another one, so you can leave one and come back to it.
#
# The box calls an exercise **core** if later lessons need what it teaches, **useful** if it adds practice, and **extra** if it is a topic of its own. If you
# have little time, write the core exercises of every lesson first, because later lessons build only on these.
#
# | key | what it does |
# |---|---|
# | Shift+Enter | run this cell and go to the next |
# | Ctrl+Enter | run this cell and stay, which suits cells with sliders or figures |
# | Esc, then ↑ or ↓ | leave the text and go from cell to cell |
# | Enter | write in the chosen cell |
# | Tab | complete a name; among sliders and buttons, go to the next |
# | ← and → | move the slider that has the focus |
# | Shift+Tab | inside the brackets of a function, show how it is called |
# | Ctrl+S | save (on a Mac: Cmd+S) |
# | Esc, then I, I | stop a cell that does not end |
# | Esc, then 0, 0 | restart Python, which forgets its variables and keeps your text |
#
# Now open **[lesson 01, Optimization](01_optimization/01_optimization.ipynb)**, or first the [primer](00_primer/00_primer.ipynb). A lesson opens in a new tab, and this page stays where it is.
#
# > **About this course**
# >
# > - **Where it comes from.** The course started from a student's summary of Stanford's CS231n notes. The lessons test what the summary claims and correct what it gets wrong.
# >   In *claim C14*, the 14 is only the number of a claim in the summary.
# >   The mistakes are the summary's, not Stanford's. In the lessons, *the summary* is the student's text, and *the CS231n notes* are [Stanford's](https://cs231n.github.io/).
# > - **What ± means.** Training starts from random numbers, and a *seed* decides which. The number after ± is the standard deviation over several seeds, unless the text says standard error. The standard error of a mean over n seeds is the standard deviation divided by √n. The [primer](00_primer/00_primer.ipynb#Standard-error) explains both.
# > - **Data sets.** [Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist) by Zalando Research has small images of clothes, of which the lessons use 6,000. The [digits](https://doi.org/10.24432/C50P49) are 1,797 images of handwritten digits,
# >   with 8 × 8 pixels each, from the UCI Machine Learning Repository. Both come with the course. Spirals, ravines and other small examples are generated in the lesson.
# > - **What you need.** You should be able to write a Python function with a loop, differentiate a function of one variable, and multiply a matrix by a vector. Each lesson lists the other topics that it uses, and the primer explains these topics.
# > - **Time.** A lesson takes 3½ to 4 hours, and the last one 5. The core exercises alone take 2 to 3 hours, and 3½ in the last lesson.
#
# ## Your progress
#
# The map at the top shows **your points and what comes next**. To update it, click on it and press Ctrl+Enter. It only reads your saved notebooks, so it
# runs, grades and sends nothing. After you change a function, run its cell and then its check, and save the notebook, so that the map counts the new result. In a terminal
# (*File → New → Terminal*), in the folder of the course, `python -m cs231n_lib progress` prints the same, and `python -m cs231n_lib progress 1` lists the
# exercises of lesson 01.
#
# ## Review
#
# A few questions a day help you remember what you learned. Run the next cell to answer **at most three** questions about lessons whose core exercises you have
# finished. Questions that you answered wrongly come first, and then those that you answered longest ago. You can skip a question or the whole review,
# and nothing is graded or sent. In a terminal, `python -m cs231n_lib review` asks the same questions.

# %% jupyter={"source_hidden": true}
# Review
from cs231n_lib.course.student.review.page import Review

Review()

# %% [markdown]
# ## The score sheet
#
# Each lesson ends with a **milestone**. Your own functions train a network on the same 4,000 images of clothes, and the sheet shows how many of 1,000 other images this network classifies correctly. These are *validation* images, which you may look at as often as you like. You do not use the *test* images until the last lesson.
# Later lessons explain the terms in the table. Run the next cell to update the table.

# %% jupyter={"source_hidden": true}
# The score sheet
from cs231n_lib.course.score_sheet import ScoreSheet

ScoreSheet()

# %% [markdown]
# ## Take it home
#
# The button checks the answers in your saved notebooks once more and writes those with full marks into **one file** with
# docstrings, `my_library/my_nn.py`. This file needs only NumPy, and nothing of this course. Beside it the button puts tests made of the course's examples and a page that lists what is still missing.

# %% jupyter={"source_hidden": true}
# Take it home
from cs231n_lib.course.take_home import TakeHome

TakeHome()

# %% [markdown]
# ## Glossary
#
# <details><summary>Terms that the lessons define, with links to where they do</summary>
#
# [[glossary]]
#
# </details>
#
# ## What this course is not
#
# The course is about the foundations. Its nine lessons leave out three things that you will meet soon afterwards.
#
# - **Convolution.** Every network here is a chain of *affine layers* (a matrix product plus a bias) and simple functions of one number, so it does not know that pixels have neighbours.
# - **Automatic differentiation.** You derive every gradient yourself, and afterwards you know what a framework such as PyTorch does when you call `backward()`. Only the optional notebook
#   [10, Bridge](10_bridge/10_bridge.ipynb) builds automatic differentiation, in ten lines, and takes your weights to PyTorch.
# - **Attention.** Transformers and language models are built on it.
#
# To learn about them, go on with [CS231n](https://cs231n.github.io/), which continues with convolution. [micrograd](https://github.com/karpathy/micrograd) is automatic differentiation in a hundred lines.
# The book [*Dive into Deep Learning*](https://d2l.ai/) covers all three, with code in several frameworks. [ARENA](https://github.com/callummcdougall/ARENA_3.0) goes from backpropagation to transformers in exercises.
# [fast.ai](https://course.fast.ai/) begins at the other end, with finished models.
#
# ## When you are stuck
#
# - **Read the first line of the check.** After *Likely mistake* it describes what your function does on the numbers on which the check tried it.
# - **Open one hint**, the first whose title fits what you see. Try again before you open the next.
# - **Print.** Call your function in a new cell on three numbers that you can work out by hand, with `print(x.shape)` inside the function.
# - **If a name is not defined**, or something else is odd, you may have run cells out of order. Choose *Kernel → Restart Kernel*, click into your
#   cell, and choose *Run → Run All Above Selected Cell*.
# - **If a cell does not end**, press Esc and then I twice. When the time limit is over, the check stops your function and says so.
# - **To start an exercise again**, save, close the lesson, and open a terminal in the folder of the course. `python -m cs231n_lib start --reset relu` restores the exercise `relu`
#   and keeps your answer beside it. Without `--reset` the command brings your lessons up to date after the course was updated, and keeps everything that you wrote.
# - **Go on without it.** The next exercise does not need it. Where an experiment needs a function that you have not finished, it uses the course's version, which its output calls *the library's*.
#
# ## Validate and submit
#
# 1. Save, then press **Validate** above the notebook. It runs your notebook from top to bottom, which takes up to a minute, and lists every check
#    that does not give all its points. It calls all of them *partial credit*, even exercises that you have not begun. You may submit in any case.
# 2. Answer the **reflection** at the end of the lesson. A person reads it.
# 3. Submit **one file**, the notebook itself, such as `01_optimization.ipynb`, in the way that your instructor described. It contains your code, your answers and
#    the last outputs. To find it, open the list of files on the left (Ctrl+B), right-click its name and choose *Download*, or take it from the folder
#    `work/01_optimization/`. Keep its name.
#
# Nothing here needs a server or an account, because everything runs on your own machine without the network. Grading tries your functions on **other
# numbers** than the ones you saw, so write functions that work for all numbers. It restores each check cell before it runs the cell, so changing a check cell has no effect.

# %% [markdown]
# # Neural networks, from scratch
#
# Nine lessons. In each you write the functions a neural network is made of, one at a time, in plain NumPy. After each
# function a **check** tells you at once whether it is right, or which mistake it is. Then you watch it at work on real data, and at the end of each lesson what
# you wrote so far trains a network.
#
# **New to notebooks?** Read on; it takes five minutes. **You know JupyterLab?** Begin with
# [lesson 01, Optimization](01_optimization/01_optimization.ipynb). If arrays or derivatives are new to you, begin with the optional
# [primer](00_primer/00_primer.ipynb), which takes at most an hour and asks eight questions to find out what you can skip.

# %% jupyter={"source_hidden": true}
# The map of the course
from cs231n_lib.course.map import CourseMap

CourseMap()

# %% [markdown]
# > **About this course**
# >
# > - **Where it comes from.** The course started from a student's summary of Stanford's CS231n notes. The lessons test what the summary claims and correct what it gets wrong.
# >   The mistakes are the summary's, not Stanford's. In the lessons, *the summary* is the student's text, and *the CS231n notes* are [Stanford's](https://cs231n.github.io/).
# > - **What ± means.** The number after ± is the standard deviation over random seeds, unless the text says standard error. The standard error of a mean over n seeds is the standard deviation divided by √n.
# > - **Data sets.** [Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist) by Zalando Research has small images of clothes, of which the lessons use 6,000. The [digits](https://doi.org/10.24432/C50P49) are 1,797 handwritten ones
# >   of 8 × 8 pixels from the UCI Machine Learning Repository. Both come with the course. Spirals, ravines and other small examples are generated in the lesson.
# > - **What you need.** You should be able to write a Python function with a loop, differentiate a function of one variable, and multiply a matrix by a vector. Each lesson names what else it uses, such as broadcasting or the chain rule.
# > - **Time.** A lesson takes 3½ to 4 hours, and the last one 5. The core exercises alone take 2½ to 3 hours, and 3½ in the last lesson.
#
# ## Five minutes to begin
#
# This page is a **notebook**: a column of *cells*. Some hold text, like this one. Others hold Python, like the next two.
#
# **1. Run a cell.** Click into the grey cell below and press **Shift+Enter**. Python runs it, and the mark to its left becomes a number:
# `[*]` means that it is still running, `[1]` that it was the first to finish. Press Shift+Enter once more for the check beneath it.
#
# **2. Read what the check says.** The function is wrong on purpose. The check names the mistake. (What you see below
# at first was saved with this page; your own run replaces it.)
#
# **3. Mend it.** Change the function, run its cell **again**, then run the check again. A changed cell has no effect before it is run.

# %%
from cs231n_lib.course import practice as checks


def double(x):
    """Twice x, entry by entry."""
    return x * x


# %%
checks.double()

# %% [markdown]
# When it says *Right*, you know how every exercise works. Now open
# **[lesson 01, Optimization](01_optimization/01_optimization.ipynb)**: click the link. It opens in a new tab; this page stays where it is.
#
# ## In a lesson
#
# Each exercise goes the same way: a question and a picture, a blue-edged box with importance, points and time, then a cell where you write **one
# function** in place of the line `raise NotImplementedError`, then its check. Its description ends with an *example*, a call and what comes back, to be
# checked by hand. After full marks the check offers *One way to write it*: compare it with yours. A lesson begins with a **warm-up**, three questions about
# earlier ones. Some parts ask you to **predict** before an experiment
# runs; predictions give no points, and a wrong one teaches most. Exercises do not wait for each other: leave one and come back.
#
# The box calls an exercise **core** if later lessons need what it teaches, **useful** if it adds practice, and **extra** if it is a topic of its own. If you
# have little time, write the core exercises of every lesson first. None of them needs a function of another kind.
#
# | key | what it does |
# |---|---|
# | Shift+Enter | run this cell and go to the next |
# | Ctrl+Enter | run this cell and stay: best where sliders or a picture appear |
# | Esc, then ↑ or ↓ | leave the text and go from cell to cell |
# | Enter | write in the chosen cell |
# | Tab | complete a name; among sliders and buttons, go to the next |
# | ← and → | move the slider you are on |
# | Shift+Tab | inside the brackets of a function: show how it is called |
# | Ctrl+S | save (on a Mac: Cmd+S) |
# | Esc, then I, I | stop a cell that does not end |
# | Esc, then 0, 0 | restart Python: it forgets everything, your text stays |
#
# ## How far you are
#
# The map at the top shows **your points and what is next**, each time you run it: click on it and press Ctrl+Enter. It reads your notebooks as
# they are saved, and no more: nothing is run, graded or sent. A cell that you change shows once you run it, and counts once you run its check. In a terminal
# with the course's environment, in its folder, `python -m cs231n_lib progress` says the same, and `python -m cs231n_lib progress 1` lists the
# exercises of lesson 01.
#
# ## The score sheet
#
# Each lesson ends with a **milestone**: your own functions train on the same 4,000 pictures of clothes, and what they get right of 1,000 others goes on this sheet. Run the
# next cell to renew it.

# %% jupyter={"source_hidden": true}
# The score sheet
from cs231n_lib.course.score_sheet import ScoreSheet

ScoreSheet()

# %% [markdown]
# ## Take it home
#
# What you wrote is yours. The button checks the answers in your saved notebooks once more and writes those with full marks into **one file**, `my_library/my_nn.py`: with
# docstrings, with tests made of the course's examples, and with a page that says what is missing still. It needs NumPy, and nothing of this course.

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
# It is about the foundations, by hand. Three things that you will meet soon afterwards are not in its nine lessons:
#
# - **no convolution**: every network here is a chain of affine layers and activations, so it does not know that pixels have neighbours;
# - **no automatic differentiation in the nine lessons**: you derive every backward pass yourself, and know afterwards what a framework such as PyTorch does when you call `backward()`. Only the optional notebook
#   [10, Bridge](10_bridge/10_bridge.ipynb) builds it, in ten lines, and takes your weights to PyTorch;
# - **no attention**, and so no transformers and no language models.
#
# And where to go for them: [CS231n](https://cs231n.github.io/) goes on with convolution;
# [micrograd](https://github.com/karpathy/micrograd) is automatic differentiation in a hundred lines; the book [*Dive into Deep Learning*](https://d2l.ai/) has all three, with code in
# several frameworks; [ARENA](https://github.com/callummcdougall/ARENA_3.0) goes from backpropagation to transformers in exercises; and [fast.ai](https://course.fast.ai/) begins at the other
# end, with finished models.
#
# ## When you are stuck
#
# - **Read the check's first line.** If it says *Likely mistake*, that is what your function does on the very numbers it was tried on.
# - **Open one hint**, the first whose words fit what you see. Try again before you open the next.
# - **Print.** `print(x.shape)` in your function, called by yourself in a new cell on three numbers that you can work out by hand.
# - **Something odd, or a name that is not defined?** Cells were run out of order. Choose *Kernel → Restart Kernel*, click into your
#   cell, and choose *Run → Run All Above Selected Cell*.
# - **It does not end?** Esc, then I twice. A check stops your function by itself when its time is over, and says so.
# - **Start an exercise again?** In a terminal, in the course's folder, `python -m cs231n_lib start --reset relu` puts the exercise `relu` back as
#   it was handed out; your answer is kept beside it. Without `--reset` the command brings your lessons up to date after the course was
#   updated, with all that you wrote. Save first, and close the lesson.
# - **Leave it.** The next exercise does not need it. What an experiment needs of yours, it takes from the library.
#
# ## Validate and submit
#
# 1. Save. Press **Validate** above the notebook. It runs your notebook from top to bottom, which takes up to a minute, and lists every check
#    that does not give all its points. It says *partial credit* of all of these, also of exercises not begun. You may submit all the same.
# 2. Answer the **reflection** at the end of the lesson. It is read by a person.
# 3. What you hand in is **one file**, the notebook itself, such as `01_optimization.ipynb`. It holds your code, your answers and
#    what you last saw. Open the list of files on the left (Ctrl+B), right-click its name and choose *Download*, or take it from the folder
#    `work/01_optimization/`, or wherever you work. Keep its name.
#
# Nothing here needs a server or an account: all runs on your own machine, without the network. When the file is graded, your functions are tried on **other
# numbers** than the ones you saw, so write what works for all. A check cell is restored before it runs; changing it changes nothing.

# %% [markdown]
# # Neural networks, from scratch
#
# In each of the nine lessons you write some of the functions that make up a neural network, one at a time, in plain NumPy. After each
# function a **check** tells you at once whether your code is right, and names your mistake when it recognises it. Then you see the function work, often on real data, and at the end of each lesson
# you train a network with the functions that you have written so far.
#
# **If you are new to notebooks**, read the next section, which takes five minutes. **If you know JupyterLab**, read only *In a lesson* and
# *About this course* below, and begin with [lesson 01, Optimization](01_optimization/01_optimization.ipynb). **If arrays or derivatives are new to you**, begin with the optional
# [primer](00_primer/00_primer.ipynb). The primer takes at most an hour, and its eight questions tell you what you can skip.

# %% jupyter={"source_hidden": true}
# The map of the course
from cs231n_lib.course.map import CourseMap

CourseMap()

# %% [markdown]
# ## Five minutes to begin
#
# This page is a **notebook**, which is a column of *cells*. Some cells contain text, like this one, and others contain Python, like the next two.
#
# Your copies of the lessons are in folders beside this page, such as `01_optimization/`. The command `python -m cs231n_lib start` puts this page and these folders into the folder `work/` of the course.
# If Python reports *No module named 'cs231n_lib'*, start JupyterLab from the environment in which you installed the course. If you received only notebooks, ask your instructor for the file `cs231n_lib-….whl`, put it beside this page, and run `%pip install` with the file's name in a new cell.
#
# **1. Run a cell.** Click into the grey cell below and press **Shift+Enter**. Python runs the cell, and the mark to the left of it becomes a number. The mark
# `[*]` means that the cell is still running, and the number counts the cells that you have run. Press Shift+Enter once more to run the check below the cell.
#
# **2. Read what the check says.** The function is wrong on purpose, and the check names the mistake. Until you run the cells, you see the output that was
# saved with this page.
#
# **3. Correct the function.** Change the function, run its cell **again**, and then run the check again. A change has no effect until you run the cell.

# %%
from cs231n_lib.course import practice as checks


def double(x):
    """Twice x, entry by entry."""
    return x * x


# %%
checks.double()

# %% [markdown]
# In every exercise, you repeat these steps until the check says *Right*.
#
# ## In a lesson
#
# Each exercise begins with a short explanation, often with a figure. A box with a blue edge gives the exercise's importance, points and expected time. Below the box is a cell in which you write **one
# function** in place of the line `raise NotImplementedError`. The next cell holds the check. In your function, the text in triple quotes ends with an *example*. The example shows a call after `>>>` and, below the call, its result,
# which you can work out by hand. When your function earns full marks, the check offers *One way to write it* for comparison. From lesson 02 on, each lesson begins with a **warm-up** of three questions about
# earlier lessons. In some lessons you can then write an earlier function again from memory. Some parts ask you to **predict** the result of an experiment before you run it. Predictions earn no points, and wrong ones can teach you the most.
# No exercise needs the code of another one, so you can skip one and return later.
#
# The box calls an exercise **core** if later lessons need what it teaches, **useful** if it adds practice, and **extra** if it covers a separate topic. If you
# have little time, do the core exercises of every lesson first.
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
# Now open **[lesson 01, Optimization](01_optimization/01_optimization.ipynb)**, or begin with the [primer](00_primer/00_primer.ipynb). A lesson opens in a new tab, and this page stays open.
#
# > **About this course**
# >
# > - **Where it comes from.** The course started from a student's summary of Stanford's CS231n notes. The lessons test what the summary claims and correct its mistakes, which are not in Stanford's notes.
# >   A label such as *claim C14* gives the number of one of the summary's claims. In the lessons, *the summary* means the student's text, and *the CS231n notes* means [Stanford's notes](https://cs231n.github.io/).
# > - **What ± means.** Training starts from random numbers, which a *seed* determines. The number after ± is the standard deviation over several seeds or data sets, unless the text says *standard error*. The standard error of a mean over n seeds is the standard deviation divided by √n. The [primer](00_primer/00_primer.ipynb#Standard-error) explains both measures.
# > - **Data sets.** The lessons use 6,000 small images of clothes from [Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist) by Zalando Research. The [digits](https://doi.org/10.24432/C50P49) are 1,797 images of handwritten digits,
# >   with 8 × 8 pixels each, from the UCI Machine Learning Repository. Both data sets come with the course. The lessons generate spirals, ravines and other small examples.
# > - **What you need.** You should be able to write a Python function with a loop, differentiate a function of one variable, and multiply a matrix by a vector. Each lesson lists the other topics that it uses, and the primer explains them.
# > - **Time.** A lesson takes 3½ to 4 hours, and the last lesson takes 5. The core exercises alone take 2 to 3 hours per lesson, and 3½ hours in the last one.
#
# ## Your progress
#
# The map at the top shows **your points and what comes next**. To update the map, click on it and press Ctrl+Enter. The map only reads your saved notebooks, so it
# runs, grades and sends nothing. After you change a function, run its cell and then its check, and save the notebook, so that the map counts the new result. In a terminal
# (*File → New → Terminal*), in the folder of the course, `python -m cs231n_lib progress` prints the same information, and `python -m cs231n_lib progress 1` lists the
# exercises of lesson 01.
#
# ## Review
#
# A few questions a day help you remember what you learned. Run the next cell to answer **at most three** questions about lessons whose core exercises you have
# finished. The review first repeats questions that you answered wrongly, then those that you answered longest ago, and adds new ones. You can skip a question or the whole review,
# and nothing is graded or sent. In a terminal, `python -m cs231n_lib review` asks the same questions.

# %% jupyter={"source_hidden": true}
# Review
from cs231n_lib.course.student.review.page import Review

Review()

# %% [markdown]
# ## The score sheet
#
# Each lesson ends with a **milestone**, in which you train a network with your own functions. You always train on the same 4,000 images of clothes, and the sheet shows each network's accuracy on 1,000 other images. You may look at these *validation* images as often as you like. You do not use the *test* images until the last lesson.
# Later lessons explain the terms in the table. Run the next cell to update the table.

# %% jupyter={"source_hidden": true}
# The score sheet
from cs231n_lib.course.score_sheet import ScoreSheet

ScoreSheet()

# %% [markdown]
# ## Take it home
#
# The button below checks the answers in your saved notebooks once more. It writes every function that earns full marks, together with its docstring, into **one file**,
# `my_library/my_nn.py`. This file needs NumPy but nothing from this course. The button also writes tests, made from the course's examples, and a page that lists what is still missing.

# %% jupyter={"source_hidden": true}
# Take it home
from cs231n_lib.course.take_home import TakeHome

TakeHome()

# %% [markdown]
# ## Glossary
#
# <details><summary>Terms that the lessons define, with links to their definitions</summary>
#
# [[glossary]]
#
# </details>
#
# ## What this course is not
#
# The course covers the foundations. Its nine lessons leave out three topics that you will meet soon afterwards.
#
# - **Convolution.** The networks here are built from *affine layers* (a matrix product plus a bias) and simple functions between them, so they have no built-in knowledge of which pixels are neighbours.
# - **Automatic differentiation.** You derive every gradient yourself, and afterwards you know what a framework such as PyTorch does when you call `backward()`. Only the optional notebook
#   [10 (Bridge)](10_bridge/10_bridge.ipynb) builds automatic differentiation, in ten lines of code, and transfers your weights to PyTorch.
# - **Attention.** Transformers and most language models are built on attention.
#
# Go on with [CS231n](https://cs231n.github.io/), which continues with convolution. [micrograd](https://github.com/karpathy/micrograd) implements automatic differentiation in about a hundred lines.
# The book [*Dive into Deep Learning*](https://d2l.ai/) covers all three topics, with code in several frameworks. The exercises of [ARENA](https://github.com/callummcdougall/ARENA_3.0) lead from backpropagation to transformers.
# [fast.ai](https://course.fast.ai/) begins with trained models instead.
#
# ## When you are stuck
#
# - **Read the first lines of the check's output.** A line that begins with *Likely mistake* names your mistake and says how to correct it.
# - **Open one hint**, the first whose title fits what you see. Try again before you open the next one.
# - **Print.** Put `print(x.shape)` into your function, and call the function in a new cell on an array so small that you can work out the result by hand.
# - **If a name is not defined**, or something else looks wrong, you may have run cells out of order. Choose *Kernel → Restart Kernel*, click into your
#   cell, and choose *Run → Run All Above Selected Cell*.
# - **If a cell does not end**, press Esc and then I twice. If your function exceeds the check's time limit, the check stops it and says so.
# - **To start an exercise again**, save, close the lesson, and open a terminal in the folder of the course. `python -m cs231n_lib start --reset relu` restores the exercise `relu`
#   and keeps your answer in a text cell beside it. Without `--reset`, the command updates your lessons to a new version of the course and keeps everything that you wrote.
# - **Skip the exercise.** The next exercise does not need this one. If an experiment needs a function that you have not finished, the experiment uses the course's version, which the output calls *the library's*.
#
# ## Validate and submit
#
# 1. Save, then press **Validate** above the notebook. This button runs your notebook from top to bottom, which takes up to a minute, and lists every check
#    that does not give all its points. The list labels every such check *partial credit*, even if you have not begun its exercise. You may submit in any case.
# 2. Answer the **reflection** at the end of the lesson. A person reads your answer.
# 3. Submit **one file**, the notebook itself, such as `01_optimization.ipynb`, in the way that your instructor described. The notebook contains your code, your answers and
#    the last outputs. To get a copy of the notebook, open the list of files on the left (Ctrl+B), right-click the notebook's name and choose *Download*.
#    You can also take the file from the folder `work/01_optimization/`. Keep the name of the file.
#
# Nothing here needs a server or an account, because everything runs on your own machine without an internet connection. Grading tries your functions on **numbers
# other than the ones you saw**, so write functions that work for every valid input. Grading first restores each check cell, so changing one does not affect your points.
